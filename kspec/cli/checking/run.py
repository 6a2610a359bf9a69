"""A whole run of `kspec check`: the stages in order, then what is shown of their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from kspec.cli.checking.asked import Asked
from kspec.cli.checking.auditing import audited
from kspec.cli.checking.checked import Checked
from kspec.cli.checking.linting import linted
from kspec.cli.checking.policing import policed
from kspec.cli.checking.rules import LIBRARY, PLACED, PLAYED, PROVED, SOLVED, UNDECIDED
from kspec.cli.checking.served import served
from kspec.cli.checking.wrong_input import is_wrong_input
from kspec.elaborate.design import Design, Loaded
from kspec.emit.diagnostics.report import Report
from kspec.lint.suppression.annotation import allowed_by_annotation
from kspec.lint.suppression.apply import suppress
from kspec.lint.suppression.comments import allowed_by_comment
from kspec.lint.suppression.model import Like, Suppression, fits_object
from kspec.lint.suppression.source import allowed_in_text
from kspec.source import disk
from kspec.source.diagnostic import Diagnostic, Diagnostics, Rule

Say = Callable[[str], None]


def check(loaded: Loaded, asked: Asked, say: Say) -> Checked:
    """Run all stages that can be run and are asked for."""
    found = Diagnostics()
    found.extend(asked.mistakes)
    found.extend(loaded.diagnostics)
    notes: list[str] = []
    design = loaded.design or loaded.ambiguous
    if design is None:
        notes.append("the rules were not asked: what the errors are about is not known well enough")
    else:
        found.extend(_stages(design, asked, say, notes, ambiguous=loaded.design is None))
    suppressions = [*_suppressions(design, loaded, asked)]
    accepted = suppress(
        asked.selection.apply(found.sorted()),
        suppressions,
        today=_today(suppressions, asked),
        catalogue=_catalogue,
        asked=lambda rule: _looked_at(rule, design, asked),
        there=lambda scope: design is not None and _is_about(scope, design),
        reasons_required=asked.selection.profile.strict,
    )
    shown = _sorted([*accepted.kept, *asked.selection.apply(accepted.complaints)])
    if asked.change is not None:
        shown = [d for d in shown if asked.change.concerns(d) or is_wrong_input(d, loaded.sources)]
        notes.append(asked.change.note)
    new, known = shown, 0
    if asked.baseline is not None:
        new, old, _ = asked.baseline.split(shown)
        known = len(old)
    sources = {**loaded.sources, **asked.sources}
    count = len(design.resources) if design else 0
    report = Report(tuple(new), sources, count, len(accepted.suppressed), known, tuple(notes))
    return Checked(
        report,
        tuple(shown),
        wrong_input=any(is_wrong_input(d, sources) for d in (*asked.mistakes, *loaded.diagnostics)),
        undecided=any(d.rule is UNDECIDED for d in new),
        failed=any(d.level.rank >= asked.fail_on.rank for d in new),
        decided=all(d.rule is not UNDECIDED for d in found),
    )


def _stages(design: Design, asked: Asked, say: Say, notes: list[str], *, ambiguous: bool) -> Iterator[Diagnostic]:
    say("validating")
    refused = list(served(design))
    yield from refused
    say("linting")
    yield from linted(design, asked.selection, asked.settings)
    yield from policed(design)
    mistakes = audited(design)
    yield from mistakes
    if not asked.solve:
        return
    unclear = "names are declared twice" if ambiguous else "the API server refuses some objects"
    if any(d.is_error for d in mistakes):
        notes.append("placement and properties were not looked at: the design's own components have mistakes")
        return
    if ambiguous or any(d.is_error for d in refused):
        notes.append(f"placement and properties were not looked at: {unclear}")
        return
    known = set(mistakes)
    yield from (found for found in _solved(design, asked, say) if found not in known)


def _solved(design: Design, asked: Asked, say: Say) -> Iterator[Diagnostic]:
    """The stages that need a solver, which is loaded only where there is something for it."""
    shows = asked.selection.shows
    if (design.cluster.pools or design.cluster.nodes) and any(map(shows, PLACED)):
        from kspec.cli.checking.placing import Placing

        yield from Placing(design, asked.budget, shows, say, asked.store).findings()
    if (design.properties or design.components) and any(map(shows, PROVED)):
        from kspec.cli.checking.verifying import verified

        yield from verified(design, asked.budget, say, asked.store)
    if (design.cluster.pools or design.cluster.nodes) and any(map(shows, LIBRARY)):
        from kspec.cli.checking.library import library_findings

        yield from library_findings(design, shows, say, asked.store)
    if design.scenarios and any(map(shows, PLAYED)):
        from kspec.cli.checking.rehearsing import rehearsed

        yield from rehearsed(design, say)


def _suppressions(design: Design | None, loaded: Loaded, asked: Asked) -> Iterable[Suppression]:
    yield from asked.exemptions
    if design is not None:
        yield from allowed_in_text(design)
        yield from allowed_by_annotation(design.written)
        yield from allowed_by_comment(loaded.sources.values())


def _today(suppressions: Iterable[Suppression], asked: Asked) -> date:
    """The day it is; where nothing ends on a day, any day does, and the answer keeps for longer."""
    if asked.today is not None or all(s.until is None for s in suppressions):
        return asked.today or date.min
    return date.fromisoformat(disk.day())


def _looked_at(rule: Rule, design: Design | None, asked: Asked) -> bool:
    """Whether this run could have found anything under a rule."""
    solved = asked.solve and design is not None
    return asked.selection.shows(rule) and (rule.id not in SOLVED or solved)


def _is_about(scope: Like, design: Design) -> bool:
    """Whether some object of the design fits an exemption."""
    for resource in design.resources:
        span = resource.origin.key(("kind",))
        if fits_object(scope, str(resource.ref), span.file if span is not None else ""):
            return True
    return False


def _sorted(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    collected = Diagnostics()
    collected.extend(diagnostics)
    return collected.sorted()


def _catalogue() -> Mapping[str, Rule]:
    """All rules; loaded only where a suppression names some."""
    from kspec.emit.manual import catalogue

    return catalogue()
