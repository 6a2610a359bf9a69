"""What a design's scenarios came to, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kspec.cli.checking import rules
from kspec.elaborate.design import Design
from kspec.run.trace import Step
from kspec.scheduler.rehearsal import Course, Rehearsed, rehearse
from kspec.source.diagnostic import Diagnostic

_TOLD = 12
"""So many steps before a miss are told."""


def rehearsed(design: Design, say: Callable[[str], None]) -> Iterator[Diagnostic]:
    """Play every scenario of a design: what its events do not bring about, and its mistakes."""
    for scenario in design.scenarios:
        say(f"scenario {scenario.name.text}")
        played = rehearse(design, scenario)
        yield from played.diagnostics
        yield from misses(played)


def misses(played: Rehearsed) -> Iterator[Diagnostic]:
    """A finding for every line that did not come about, once for each course that differs in what it says."""
    seen = set()
    for number, course in enumerate(played.courses, 1):
        which = f" (course {number} of {len(played.courses)})" if len(played.courses) > 1 else ""
        for miss in course.missed:
            if (miss.span, miss.message) in seen:
                continue
            seen.add((miss.span, miss.message))
            message = f"scenario {played.name}: {miss.message}{which}"
            help = f"`kspec test --scenario {played.name}` tells the whole story"
            story = tuple(_line(step) for step in _before(course, miss.step))
            yield Diagnostic(rules.SCENARIO, message, miss.span, help, field=played.name, story=story)
    if played.courses and not played.complete:
        message = f"scenario {played.name}: only the first {len(played.courses)} of its courses were played"
        yield Diagnostic(rules.UNDECIDED, message, played.span, "write fewer choices", field=played.name)


def _before(course: Course, number: int) -> list[Step]:
    """The last steps up to a moment."""
    return list(course.trace.steps[max(0, number - _TOLD) : number])


def _line(step: Step) -> str:
    return f"{step.component}: {step.summary}"
