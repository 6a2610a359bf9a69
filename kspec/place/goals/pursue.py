"""From any placement to a good one."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import assert_never

import numpy as np

from kspec.place.answer import Goal, Objective
from kspec.place.budget import Purse
from kspec.place.goals.economy import Counted
from kspec.place.goals.fewest import Thrifty, fewest
from kspec.place.goals.level import level
from kspec.place.problem import Problem
from kspec.place.restrict import with_sites
from kspec.place.verdicts import Solution


def pursue(problem: Problem, goal: Goal, start: Solution, purse: Purse) -> tuple[Solution, Objective]:
    """The best placement that the purse lets find, and how good it is. Optimal is what meets its bound."""
    match goal:
        case Goal.FEASIBLE:
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
