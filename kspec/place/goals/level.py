"""Level loads: the fullest node as empty as can be, in cpu and memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kspec.place.budget import TRADE, Purse
from kspec.place.decide import planned
from kspec.place.problem import Problem
from kspec.place.relax.solve import Relaxed, relax
from kspec.place.search.find import find, quick
from kspec.place.verdicts import Solution, violations
from kspec.solve.session import Verdict

_WEIGHED = ("cpu", "memory")
_FINEST = 1000


@dataclass(frozen=True, eq=False)
class Level:
    """A placement, its fullest node's load and a load below which no placement stays, both in thousandths."""

    solution: Solution
    value: int
    bound: int


def level(problem: Problem, start: Solution, purse: Purse) -> Level:
    """The placement with the least load of the fullest node that the purse lets find, starting from any placement."""
    best, value = start, load(problem, start)
    bound = _bound(problem, value, purse)
    low, high = bound, value
    while low < high and not purse.empty:
        middle = (low + high) // 2
        found = _within(problem, middle, purse)
        if found is None:
            low = middle + 1
        else:
            best, value = found, load(problem, found)
            high = min(middle, value)
    return Level(best, value, bound)


def load(problem: Problem, solution: Solution) -> int:
    """The fullest node's load in thousandths, rounded up; running pods count."""
    taken = problem.allocatable - problem.capacity + solution.counts.T @ problem.request
    fullest = 0
    for r in _rows(problem):
        known = solution.there & (problem.allocatable[:, r] > 0)
        shares = -(-taken[known, r] * _FINEST // problem.allocatable[known, r])
        fullest = max(fullest, int(shares.max(initial=0)))
    return fullest


def _rows(problem: Problem) -> list[int]:
    return [r for r, name in enumerate(problem.resources) if name in _WEIGHED]


def _leaner(problem: Problem, thousandths: int) -> Problem:
    """The problem on nodes that may be filled so far only."""
    capacity = problem.capacity.copy()
    for r in _rows(problem):
        running = problem.allocatable[:, r] - problem.capacity[:, r]
        capacity[:, r] = np.maximum(problem.allocatable[:, r] * thousandths // _FINEST - running, 0)
    return replace(problem, capacity=np.minimum(capacity, problem.capacity))


def _bound(problem: Problem, most: int, purse: Purse) -> int:
    low, high = 0, most
    while low < high and not purse.empty:
        middle = (low + high) // 2
        effort = purse.share(0.05)
        plan = Relaxed(relax(_leaner(problem, middle))).check(effort=effort, seconds=purse.seconds(effort))
        purse.spend(plan.effort)
        if plan.verdict is Verdict.UNSAT:
            low = middle + 1
        elif plan.verdict is Verdict.SAT:
            high = middle
        else:
            break
    return low


def _within(problem: Problem, thousandths: int, purse: Purse) -> Solution | None:
    part = _leaner(problem, thousandths)
    relaxation = relax(part)
    found = quick(part, relaxation.classes)
    if not found.complete:
        plan = planned(relaxation, purse)
        if plan.verdict is not Verdict.SAT:
            return None
        found = find(part, relaxation.classes, plan.pods, steps=max(50, purse.share(0.05) // TRADE))
        purse.spend(found.steps * TRADE)
    there = ~problem.optional
    if found.complete and not violations(problem, found.counts, there):
        return Solution(found.counts, there)
    return None
