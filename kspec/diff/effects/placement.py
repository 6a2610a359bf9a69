"""Whether what could be placed before still can."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.diff.rules import NO_ROOM
from kspec.elaborate.design import Design
from kspec.place import Answer, Infeasible, Problem, Unknown, build, solve
from kspec.source.diagnostic import Diagnostic, Label


def no_longer_fits(before: Design | None, after: Design, budget: float, notes: list[str]) -> Iterator[Diagnostic]:
    """A finding where the new design has no placement and the old one had."""
    now = _placed(after, budget)
    match now:
        case Unknown():
            notes.append("whether everything can be placed was not decided")
        case Infeasible():
            then = _placed(before, budget) if before is not None else None
            if isinstance(then, Infeasible):
                notes.append("the design could not be placed before, and can not be placed now")
            else:
                yield _finding(now)
        case _:
            pass


def _placed(design: Design, budget: float) -> Answer | None:
    """The answer for a design that has nodes."""
    if not design.cluster.nodes and not design.cluster.pools:
        return None
    problem = build(design.resources, design.cluster, origins=design.pool_origins)
    return solve(problem, budget=budget) if isinstance(problem, Problem) else None


def _finding(answer: Infeasible) -> Diagnostic:
    placed = [r for r in answer.core if r.span is not None]
    labels = tuple(Label(r.message, r.span) for r in placed[1:] if r.span is not None)
    help = "; or: ".join(r.description for r in answer.repairs[:3]) or None
    about = next((r.object for r in (*placed, *answer.core) if r.object), None)
    span = placed[0].span if placed else None
    return Diagnostic(NO_ROOM, f"it fitted before: {answer.summary}", span, help, about, labels, field="placement")
