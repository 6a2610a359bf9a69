"""From any placement to a good one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import assert_never

import numpy as np

from kspec.place.answer import Goal, Objective
from kspec.place.budget import Purse
from kspec.place.exact.decide import Decider
from kspec.place.exact.encode import Encoding
from kspec.place.goals.economy import Counted
from kspec.place.goals.fewest import Thrifty, confined, fewest, spent
from kspec.place.goals.level import level
from kspec.place.goals.moves import Stay, fewest_moves, stay_of
from kspec.place.problem import Mask, Problem
from kspec.place.restrict import with_sites
from kspec.place.verdicts import Solution, violations
from kspec.solve.session import Verdict

_EXACT = 2_500


def pursue_all(
    problem: Problem, goals: Sequence[Goal], start: Solution, purse: Purse, costs: Mapping[str, int]
) -> tuple[Solution, tuple[Objective, ...]]:
    """One goal after another, each as far as those before it allow.

    A later goal is optimal where it meets a bound of the problem without the earlier goals, or where a small problem
    was asked completely.
    """
    best, part = start, problem
    objectives: list[Objective] = []
    keeps: list[Keep] = []
    for position, goal in enumerate(goals):
        share = Purse(purse.share(1 / (len(goals) - position)))
        best, objective = pursue(part, goal, best, share, costs)
        if position and objective.value != 0:
            best, objective = _settled(problem, goal, best, objective, keeps, share, costs)
        purse.spend(share.spent)
        objectives.append(objective)
        keeps.append(Keep(goal, best))
        part = _narrowed(part, goal, best)
    return best, tuple(objectives)


@dataclass(frozen=True, eq=False)
class Keep:
    """A goal and the placement that reached it: later placements are to be as good."""

    goal: Goal
    solution: Solution


def _narrowed(problem: Problem, goal: Goal, found: Solution) -> Problem:
    """The problem in which every placement is as good as the one found; not all that are as good are in it."""
    match goal:
        case Goal.NODES:
            used: Mask = found.counts[~problem.everywhere].sum(axis=0) > 0
            return confined(problem, used)
        case Goal.COST:
            absent = ~found.there & problem.optional
            closed = confined(problem, ~absent)
            return replace(closed, optional=closed.optional & absent)
        case _:
            return problem


def _settled(
    problem: Problem,
    goal: Goal,
    found: Solution,
    objective: Objective,
    keeps: Sequence[Keep],
    purse: Purse,
    costs: Mapping[str, int],
) -> tuple[Solution, Objective]:
    """A later goal to its end by the complete encoding, where that is small and all goals can be stated in it."""
    open_ = replace(objective, optimal=False, bound=None)
    size = int(np.where(problem.allowed, problem.room, 0).sum())
    if size > _EXACT or goal is Goal.BALANCE or any(k.goal in (Goal.BALANCE, Goal.PRIORITY) for k in keeps):
        return found, open_
    stay = stay_of(problem, costs)
    best = found
    while not purse.empty:
        value = _value(problem, goal, best, stay)

        def limits(encoding: Encoding, value: int = value) -> None:
            for keep in keeps:
                _limit(encoding, problem, keep.goal, _value(problem, keep.goal, keep.solution, stay), stay)
            _limit(encoding, problem, goal, value - 1, stay)

        if value == 0:
            return best, _objective(problem, goal, value)
        decision = Decider(problem, ordered=False, also=limits).decide(effort=purse.share(0.5))
        purse.spend(decision.effort)
        if decision.verdict is Verdict.UNSAT:
            return best, _objective(problem, goal, value)
        if decision.verdict is not Verdict.SAT or violations(problem, decision.counts, decision.there):
            break
        best = Solution(decision.counts, decision.there)
    value = _value(problem, goal, best, stay)
    return best, replace(_objective(problem, goal, value), optimal=False, bound=None)


def _value(problem: Problem, goal: Goal, found: Solution, stay: Stay) -> int:
    match goal:
        case Goal.NODES:
            return spent(problem, Counted.USED, [1] * len(problem.sites), found)
        case Goal.COST:
            return spent(problem, Counted.PRESENT, _prices(problem)[0], found)
        case Goal.MOVES:
            return stay.cost(found.counts)
        case _:
            return 0


def _limit(encoding: Encoding, problem: Problem, goal: Goal, value: int, stay: Stay) -> None:
    match goal:
        case Goal.NODES:
            encoding.limit_nodes(True, [1] * len(problem.sites), value)
        case Goal.COST:
            encoding.limit_nodes(False, _prices(problem)[0], value)
        case Goal.MOVES:
            encoding.limit_moves(stay.current, stay.weights, value)
        case _:
            pass


def _objective(problem: Problem, goal: Goal, value: int) -> Objective:
    told = float(value * _prices(problem)[1]) if goal is Goal.COST else value
    return Objective(goal.value, told, True, told)


def pursue(
    problem: Problem, goal: Goal, start: Solution, purse: Purse, costs: Mapping[str, int] | None = None
) -> tuple[Solution, Objective]:
    """The best placement that the purse lets find, and how good it is. Optimal is what meets its bound.

    `costs` says what moving a pod of a workload costs, where that is not 1.
    """
    match goal:
        case Goal.MOVES:
            moved = fewest_moves(problem, stay_of(problem, costs or {}), start, purse)
            return moved.solution, Objective(goal.value, moved.value, moved.value == moved.bound, moved.bound)
        case Goal.FEASIBLE | Goal.PRIORITY:
            placed = len(problem.fixed) + int(start.counts.sum())
            return start, Objective(goal.value, placed, True, placed)
        case Goal.NODES:
            found = fewest(problem, Counted.USED, [1] * len(problem.sites), start, purse)
            return found.solution, Objective(goal.value, found.value, found.value == found.bound, found.bound)
        case Goal.COST:
            weights, unit = _prices(problem)
            found = fewest(problem, Counted.PRESENT, weights, start, purse)
            return found.solution, _costs(found, unit)
        case Goal.BALANCE:
            return _level(problem, start, purse)
        case _:
            assert_never(goal)


def _prices(problem: Problem) -> tuple[list[int], Fraction]:
    """Prices of nodes as whole numbers of a common unit; a node without a price costs nothing."""
    prices = [Fraction(str(s.price)) if s.price else Fraction(0) for s in problem.nodesets]
    unit = Fraction(1, lcm(*(p.denominator for p in prices)) if prices else 1)
    return [int(prices[s] / unit) for s in problem.nodeset_of.tolist()], unit


def _costs(found: Thrifty, unit: Fraction) -> Objective:
    return Objective(Goal.COST.value, float(found.value * unit), found.value == found.bound, float(found.bound * unit))


def _level(problem: Problem, start: Solution, purse: Purse) -> tuple[Solution, Objective]:
    """On the nodes that the first placement uses; their number is not what balance is about."""
    part = with_sites(problem, start.there)
    found = level(part, Solution(start.counts[:, start.there], np.ones(len(part.sites), dtype=bool)), purse)
    counts = start.counts.copy()
    counts[:, start.there] = found.solution.counts
    objective = Objective(Goal.BALANCE.value, found.value / 10, found.value == found.bound, found.bound / 10)
    return Solution(counts, start.there), objective
