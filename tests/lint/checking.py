"""Checking texts as `kspec check` does, without its command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kspec.cli.checking.asked import Asked, asked
from kspec.cli.checking.checked import Checked
from kspec.cli.checking.options import Options
from kspec.cli.checking.run import check
from kspec.elaborate import load
from kspec.lint.selection import Selection

QUICK = Options(solve=False)
TODAY = date(2026, 6, 1)


def question(selection: Selection | None = None, options: Options = QUICK) -> Asked:
    """What is asked of a text, on a fixed day and without a configuration."""
    found = replace(asked(options), today=TODAY)
    return replace(found, selection=selection) if selection is not None else found


def checked(text: str, ask: Asked | None = None) -> Checked:
    """A run over one text (YAML or kspec)."""
    return check(load(["-"], stdin=text), ask or question(), lambda words: None)


def told(text: str, ask: Asked | None = None) -> list[str]:
    """The findings of a run, as `KS3003 line`."""
    return [f"{d.rule.id} {d.span.line if d.span else '-'}" for d in checked(text, ask).report.diagnostics]
