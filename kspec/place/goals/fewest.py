"""Fewest nodes, lowest cost: between the bound and what is known, halving; small problems exactly to the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kspec.place.budget import TRADE, Purse
from kspec.place.exact.decide import Decider
from kspec.place.fleets import expanded
from kspec.place.goals.economy import Counted, Economy, Estimate, whole_nodes
from kspec.place.goals.shift import rounded_up, shifted
from kspec.place.problem import Barrier, Ints, Mask, Problem
from kspec.place.restrict import with_sites
from kspec.place.search.find import find, quick
from kspec.place.search.rounding import even_plan
from kspec.place.search.wide import WideRules
from kspec.place.verdicts import Solution, violations
from kspec.solve.session import Verdict

_EXACT = 2_500
_PLAN = 0.05  # of the budget, for the plan on chosen nodes
_STEP = 0.004  # of the bound: the first step up from it, doubled each time
_SEARCH = 0.05  # of the budget, for the search near a plan
_QUESTION = 0.03  # for one question about a number of nodes
_LAST = 0.4  # for each at the end, where the bound is all that is left to raise
_LEAST = 0.3  # for the least number


@dataclass(frozen=True, eq=False)
class Thrifty:
    """A placement, its weighted number of nodes, and the least that any placement has."""

    solution: Solution
    value: int
    bound: int


def fewest(problem: Problem, counted: Counted, weights: Sequence[int], start: Solution, purse: Purse) -> Thrifty:
    """The placement with the least weighted number of nodes that the purse lets find, starting from any placement."""
    best, value = start, spent(problem, counted, weights, start)
    lean = Economy(problem, counted, weights)
    estimate = lean.least(purse, _LEAST)
    whole = Economy(problem, counted, weights, thorough=True, whole=True)
    bound = estimate.bound if estimate else int((whole.floors * np.array(whole.weights)).sum())
    bound = _raised(whole, bound, value, purse, _QUESTION)
    plans = Plans(whole, Economy(problem, counted, weights, thorough=True), lean, estimate)
    if estimate is not None and bound < value:
        found = _from(problem, lean, rounded_up(lean, estimate), value - 1, purse)
        if found is not None:
            best, value = found, spent(problem, counted, weights, found)
    failed, budget, step, halving = bound - 1, bound, max(1, int(bound * _STEP)), False
    while failed + 1 < value and not purse.empty:
        found = _within(problem, plans, budget, purse)
        if found is not None:
            best, value, halving = found, spent(problem, counted, weights, found), True
        else:
            failed, step = budget, step * 2
        budget = (failed + value) // 2 if halving else min(budget + step, (budget + value) // 2)
    if not purse.empty:
        bound = _raised(whole, bound, value, purse, _LAST)
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


def _raised(whole: Economy, bound: int, most: int, purse: Purse, part: float) -> int:
    """The bound as far as whole numbers of nodes raise it."""
    while bound < most and not purse.empty:
        verdict, _ = whole.within(bound, purse, part)
        if verdict is not Verdict.UNSAT:
            break
        bound += 1
    return bound


def spent(problem: Problem, counted: Counted, weights: Sequence[int], solution: Solution) -> int:
    """The weighted number of nodes that a placement uses, or that are there with it."""
    used = solution.counts[~problem.everywhere].any(axis=0)
    mask = used if counted is Counted.USED else solution.there
    return int(np.array(weights, dtype=np.int64)[mask].sum())


@dataclass(frozen=True, eq=False)
class Plans:
    """Where plans come from: whole numbers of nodes, every row, and the least estimate."""

    whole: Economy
    thorough: Economy
    lean: Economy
    least: Estimate | None

    def within(self, budget: int, purse: Purse) -> Iterator[tuple[Economy, Estimate]]:
        """Plans for a budget of nodes, the better ones first."""
        parts = ((self.lean, _QUESTION), (self.whole, _QUESTION), (self.thorough, 3 * _QUESTION))
        for economy, part in parts:
            if not economy.tired:
                verdict, estimate = economy.within(budget, purse, part)
                if verdict is Verdict.UNSAT:
                    return
                if verdict is Verdict.SAT:
                    yield economy, estimate
        if self.least is not None:
            yield self.lean, self.least


def _within(problem: Problem, plans: Plans, budget: int, purse: Purse) -> Solution | None:
    """A placement within a budget of nodes, if the search finds one near a plan of the relaxation."""
    found = (_at(problem, economy, estimate, budget, purse) for economy, estimate in plans.within(budget, purse))
    return next((f for f in found if f is not None), None)


def _at(problem: Problem, economy: Economy, estimate: Estimate, budget: int, purse: Purse) -> Solution | None:
    choices = {n.tobytes(): n for n in (whole_nodes(economy, estimate, budget, apart=a) for a in (False, True))}
    for nodes in choices.values():
        if int((nodes * np.array(economy.weights)).sum()) <= budget:
            found = _from(problem, economy, nodes, budget, purse)
            if found is not None:
                return found
    return None


def _from(problem: Problem, economy: Economy, nodes: Ints, budget: int, purse: Purse) -> Solution | None:
    """A placement on so many nodes of each class, or on others that weigh no more than the budget."""

    def on(numbers: Ints) -> Problem:
        return _part(problem, economy.counted, _first(problem, economy, numbers))[0]

    shift = shifted(economy, nodes, budget, on, purse) if nodes.any() else None
    if shift is None:
        return None
    numbers, part, relaxation, plan = shift
    found = quick(part, relaxation.classes)
    for pods in (plan.pods, even_plan(part, relaxation.classes, WideRules(part))):
        if not found.complete:
            found = find(part, relaxation.classes, pods, steps=max(50, purse.share(_SEARCH) // TRADE))
            purse.spend(found.steps * TRADE)
    there = _part(problem, economy.counted, _first(problem, economy, numbers))[1]
    counts = expanded(problem, there, found.counts)
    if found.complete and not violations(problem, counts, there):
        return Solution(counts, there)
    return None


def _first(problem: Problem, economy: Economy, nodes: Ints) -> Mask:
    """So many nodes of each class, those that are there in any case first."""
    chosen: Mask = np.zeros(len(problem.sites), dtype=bool)
    for c, count in zip(economy.classes, nodes.tolist(), strict=True):
        sure_first = [*(n for n in c.sites if n not in c.optional), *c.optional]
        chosen[sure_first[:count]] = True
    return chosen


def _part(problem: Problem, counted: Counted, chosen: Mask) -> tuple[Problem, Mask]:
    """The problem on chosen nodes, and the nodes that are there; the others are not, or stay empty."""
    if counted is Counted.PRESENT:
        return with_sites(problem, chosen), chosen
    there = ~problem.optional | chosen
    return with_sites(confined(problem, chosen), there), there


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


__all__ = ["Thrifty", "confined", "fewest", "spent"]
