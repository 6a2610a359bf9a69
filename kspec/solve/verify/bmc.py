"""Bounded model checking: the shortest story to a bad state, for the smallest design that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.core.clock import worked
from kspec.core.expr import Expr
from kspec.core.flat import Values
from kspec.core.system import ActionKind, System
from kspec.solve.session import Verdict
from kspec.solve.verify.unroll import Unrolling


@dataclass(frozen=True, slots=True)
class Story:
    """A run of a flat system to a bad state."""

    params: Mapping[str, int]
    actions: tuple[int, ...]
    states: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """What a bounded search came to: a story, or none up to a depth (-1: not even the start was decided)."""

    story: Story | None
    depth: int


def shortest_story(
    system: System, bad: Expr, depth: int, lemmas: Sequence[Expr] = (), seconds: float = 20.0
) -> Bounded:
    """Search depth by depth; of the shortest stories take one with fewest environment steps, then least parameters."""
    deadline = worked() + seconds
    run = Unrolling(system, lemmas)
    run.start()
    for length in range(depth + 1):
        if length:
            run.extend()
        goal = run.literal(run.at(bad, length))
        verdict = run.check([goal])
        if verdict is Verdict.SAT:
            return Bounded(_smallest(run, goal, deadline), length)
        if verdict is Verdict.UNKNOWN or worked() > deadline:
            return Bounded(None, length - 1 if verdict is Verdict.UNKNOWN else length)
    return Bounded(None, depth)


def _smallest(run: Unrolling, goal: str, deadline: float) -> Story:
    story = _story(run)
    environment = [i for i, action in enumerate(run.system.actions) if action.kind is ActionKind.ENVIRONMENT]
    fixed = [goal]
    while (count := sum(i in environment for i in story.actions)) and worked() < deadline:
        names = " ".join(f"(ite a{i}_{step} 1 0)" for i in environment for step in range(run.length))
        fewer = run.literal(f"(< (+ 0 {names}) {count})")
        if run.check([*fixed, fewer]) is not Verdict.SAT:
            break
        story = _story(run)
        fixed = [goal, fewer]
    params = " ".join(run.param(p.name) for p in run.system.params)
    while params and worked() < deadline:
        smaller = run.literal(f"(< (+ 0 {params}) {sum(story.params.values())})")
        if run.check([*fixed, smaller]) is not Verdict.SAT:
            break
        story = _story(run)
        fixed.append(smaller)
    return story


def _story(run: Unrolling) -> Story:
    return Story(run.params(), tuple(run.actions()), tuple(run.states()))
