"""A whole run of `kspec check`: the stages in order, then what is shown of their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kspec.cli.checking.asked import Asked
from kspec.cli.checking.linting import linted
from kspec.cli.checking.placing import Placing
from kspec.cli.checking.rules import SOLVED, UNDECIDED
from kspec.cli.checking.served import served
from kspec.cli.checking.verifying import verified
from kspec.cli.checking.wrong_input import is_wrong_input
from kspec.elaborate.design import Design, Loaded
from kspec.emit.diagnostics.report import Report
from kspec.emit.manual import catalogue
from kspec.lint.suppression.annotation import allowed_by_annotation
from kspec.lint.suppression.apply import suppress
from kspec.lint.suppression.comments import allowed_by_comment
from kspec.lint.suppression.model import Suppression
from kspec.lint.suppression.source import allowed_in_text
from kspec.source.diagnostic import Diagnostic, Diagnostics, Rule

Say = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """What a run came to. `all_shown` are the findings before the baseline took the known ones away."""

    report: Report
    all_shown: tuple[Diagnostic, ...]
    wrong_input: bool
    undecided: bool
    failed: bool


def check(loaded: Loaded, asked: Asked, say: Say) -> Checked:
    """Run all stages that can be run and are asked for."""
    found = Diagnostics()
    found.extend(asked.mistakes)
    found.extend(loaded.diagnostics)
    notes: list[str] = []
    if loaded.design is None:
        notes.append("the rules were not asked: what the errors are about is not known well enough")
    else:
        found.extend(_stages(loaded.design, asked, say, notes))
    accepted = suppress(
        asked.selection.apply(found.sorted()),
        [*_suppressions(loaded, asked)],
        today=asked.today,
        catalogue=catalogue(),
        asked=lambda rule: _looked_at(rule, loaded, asked),
        reasons_required=asked.selection.profile.strict,
    )
    shown = _sorted(asked.selection.apply(accepted.kept))
    new, known = shown, 0
    if asked.baseline is not None:
        new, old, _ = asked.baseline.split(shown)
        known = len(old)
    sources = {**loaded.sources, **asked.sources}
    count = len(loaded.design.resources) if loaded.design else 0
    report = Report(tuple(new), sources, count, len(accepted.suppressed), known, tuple(notes))
    return Checked(
        report,
        tuple(shown),
        wrong_input=any(is_wrong_input(d) for d in (*asked.mistakes, *loaded.diagnostics)),
        undecided=any(d.rule is UNDECIDED for d in new),
        failed=any(d.level.rank >= asked.fail_on.rank for d in new),
    )


def _stages(design: Design, asked: Asked, say: Say, notes: list[str]) -> Iterator[Diagnostic]:
    say("validating")
    refused = list(served(design))
    yield from refused
    say("linting")
    yield from linted(design, asked.selection, asked.settings)
    if not asked.solve:
        return
    if any(d.is_error for d in refused):
        notes.append("placement and properties were not looked at: the API server refuses some objects")
        return
    yield from Placing(design, asked.budget, asked.selection.shows, say).findings()
    yield from verified(design, asked.budget, say)


def _suppressions(loaded: Loaded, asked: Asked) -> Iterable[Suppression]:
    yield from asked.exemptions
    if loaded.design is not None:
        yield from allowed_in_text(loaded.design)
        yield from allowed_by_annotation(loaded.design.written)
        yield from allowed_by_comment(loaded.sources.values())


def _looked_at(rule: Rule, loaded: Loaded, asked: Asked) -> bool:
    """Whether this run could have found anything under a rule."""
    solved = asked.solve and loaded.design is not None
    return asked.selection.shows(rule) and (rule.id not in SOLVED or solved)


def _sorted(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    collected = Diagnostics()
    collected.extend(diagnostics)
    return collected.sorted()
