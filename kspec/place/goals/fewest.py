"""Fewest nodes, lowest cost: from the bound upwards until a placement is found; small problems exactly to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kspec.place.budget import TRADE, Purse
from kspec.place.decide import planned
from kspec.place.exact.decide import Decider
from kspec.place.fleets import expanded
from kspec.place.goals.economy import Counted, Economy, whole_nodes
from kspec.place.problem import Barrier, Ints, Mask, Problem
from kspec.place.relax.solve import relax
from kspec.place.restrict import with_sites
from kspec.place.search.find import find, quick
from kspec.place.verdicts import Solution, violations
from kspec.solve.session import Verdict

_EXACT = 2_500
_STEP = 0.004
_WHOLE = 0.03  # of the budget, for one question about whole numbers of nodes


@dataclass(frozen=True, eq=False)
class Thrifty:
    """A placement, its weighted number of nodes, and the least that any placement has."""

    solution: Solution
    value: int
    bound: int


def fewest(problem: Problem, counted: Counted, weights: Sequence[int], start: Solution, purse: Purse) -> Thrifty:
    """The placement with the least weighted number of nodes that the purse lets find, starting from any placement."""
    economy = Economy(problem, counted, weights)
    best, value = start, spent(problem, counted, weights, start)
    bound = economy.least(value, purse)
    whole = Economy(problem, counted, weights, whole=True)
    while bound < value and whole.within(bound, purse, _WHOLE)[0] is Verdict.UNSAT:
        bound += 1
    budget = bound
    while budget < value and not purse.empty:
        found = _at(problem, whole, budget, purse) or _at(problem, economy, budget, purse)
        if found is not None:
            best, value = found, spent(problem, counted, weights, found)
            break
        budget += max(1, int(budget * _STEP))
    size = int(np.where(problem.allowed, problem.room, 0).sum())
    while bound < value and size <= _EXACT and not purse.empty:
        verdict, found = _below(problem, counted, weights, value, purse)
        if verdict is Verdict.UNSAT:
            bound = value
        elif found is not None:
            best, value = found, spent(problem, counted, weights, found)
        else:
            break
    return Thrifty(best, value, bound)


def spent(problem: Problem, counted: Counted, weights: Sequence[int], solution: Solution) -> int:
    """The weighted number of nodes that a placement uses, or that are there with it."""
    used = solution.counts[~problem.everywhere].any(axis=0)
    mask = used if counted is Counted.USED else solution.there
    return int(np.array(weights, dtype=np.int64)[mask].sum())


def _at(problem: Problem, economy: Economy, budget: int, purse: Purse) -> Solution | None:
    """A placement within a budget of nodes, if the search finds one near the relaxation's plan."""
    verdict, estimate = economy.within(budget, purse, _WHOLE if economy.whole else 0.1)
    if verdict is not Verdict.SAT:
        return None
    nodes = whole_nodes(estimate, economy.floors, economy.classes, economy.weights, budget)
    if int((nodes * np.array(economy.weights)).sum()) > budget:
        return None
    chosen = np.zeros(len(problem.sites), dtype=bool)
    for c, count in zip(economy.classes, nodes.tolist(), strict=True):
        sure_first = [*(n for n in c.sites if n not in c.optional), *c.optional]
        chosen[sure_first[:count]] = True
    if not chosen.any():
        return None
    return _on(problem, economy.counted, chosen, purse)


def _on(problem: Problem, counted: Counted, chosen: Mask, purse: Purse) -> Solution | None:
    """A placement on chosen nodes; the others are not there, or stay empty."""
    if counted is Counted.PRESENT:
        there, part = chosen, with_sites(problem, chosen)
    else:
        there = ~problem.optional | chosen
        part = with_sites(confined(problem, chosen), there)
    relaxation = relax(part)
    found = quick(part, relaxation.classes)
    if not found.complete:
        plan = planned(relaxation, purse)
        if plan.verdict is not Verdict.SAT:
            return None
        found = find(part, relaxation.classes, plan.pods, steps=max(50, purse.share(0.1) // TRADE))
        purse.spend(found.steps * TRADE)
    counts = expanded(problem, there, found.counts)
    if found.complete and not violations(problem, counts, there):
        return Solution(counts, there)
    return None


def confined(problem: Problem, chosen: Mask) -> Problem:
    """The problem with everything but daemons kept to some sites."""
    groups = np.flatnonzero(~problem.everywhere).tolist()
    return replace(problem, rules=(*problem.rules, *(Barrier(problem.nodesets[0].nodes, g, chosen) for g in groups)))


def _below(
    problem: Problem, counted: Counted, weights: Sequence[int], value: int, purse: Purse
) -> tuple[Verdict, Solution | None]:
    """Whether there is a placement with less, by the complete encoding."""
    decider = Decider(problem, limit=(counted is Counted.USED, tuple(weights), value - 1))
    effort = purse.share(0.5)
    decision = decider.decide(effort=effort, seconds=purse.seconds(effort))
    purse.spend(decision.effort)
    if decision.verdict is Verdict.SAT and not violations(problem, decision.counts, decision.there):
        return Verdict.SAT, Solution(decision.counts, decision.there)
    return decision.verdict, None


__all__ = ["Ints", "Thrifty", "confined", "fewest", "spent"]
