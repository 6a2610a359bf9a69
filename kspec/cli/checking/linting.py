"""The lint rules over a design."""

from __future__ import annotations

from kspec.elaborate.design import Design
from kspec.lint.index import Index
from kspec.lint.rule import run
from kspec.lint.selection import Selection
from kspec.lint.settings import Settings
from kspec.source.diagnostic import Diagnostic


def linted(design: Design, selection: Selection, settings: Settings) -> list[Diagnostic]:
    """What the rules find that the selection may show; the others are not run."""
    return run(Index.of_design(design, settings, selection.least), selection.rules())
