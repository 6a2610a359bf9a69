"""Fewest moves: pods that stand somewhere today stay there as far as they can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np

from kspec.place.budget import Purse
from kspec.place.decide import decide
from kspec.place.exact.decide import Decider
from kspec.place.existing import counts_of
from kspec.place.fleets import expanded
from kspec.place.pinned import pinned
from kspec.place.problem import Ints, PodName, Problem
from kspec.place.relax.solve import relax
from kspec.place.verdicts import Solution, violations
from kspec.solve.script import Script, number
from kspec.solve.session import Verdict, minimise

_EXACT = 2_500
_TRIES = 4
"""How often each number of nodes is cleared, each time other ones."""


@dataclass(frozen=True, eq=False)
class Stay:
    """What today's places are to a problem: pods per group and site, and what moving one of a group costs."""

    current: Ints
    weights: tuple[int, ...]

    def cost(self, counts: Ints) -> int:
        """What it costs to get to a placement from today."""
        stay = np.minimum(self.current, counts).sum(axis=1)
        return int(((self.current.sum(axis=1) - stay) * np.array(self.weights, dtype=np.int64)).sum())


@dataclass(frozen=True, eq=False)
class Moved:
    """A placement, what getting there costs, and the least that any placement costs."""

    solution: Solution
    value: int
    bound: int


def stay_of(problem: Problem, costs: Mapping[str, int]) -> Stay:
    """Today's places; `costs` by workload, 1 where nothing is said."""
    where = {pod.pod: node for pod, node in problem.current}
    current = counts_of(problem, where)
    current[problem.everywhere] = 0
    return Stay(current, tuple(costs.get(g.workload, 1) for g in problem.groups))


def fewest_moves(problem: Problem, stay: Stay, start: Solution, purse: Purse) -> Moved:
    """The cheapest way to a placement that the purse lets find, starting from any placement."""
    best, value = start, stay.cost(start.counts)
    if value == 0:
        return Moved(best, 0, 0)
    for found in _rearranged(problem, stay, purse):
        if stay.cost(found.counts) < value:
            best, value = found, stay.cost(found.counts)
    if value == 0:
        return Moved(best, 0, 0)
    bound = min(value, _bound(problem, stay, purse))
    size = int(np.where(problem.allowed, problem.room, 0).sum())
    while bound < value and size <= _EXACT and not purse.empty:
        limit = value - 1
        decider = Decider(problem, ordered=False, also=lambda e, k=limit: e.limit_moves(stay.current, stay.weights, k))  # type: ignore[misc]
        effort = purse.share(0.5)
        decision = decider.decide(effort=effort, seconds=purse.seconds(effort))
        purse.spend(decision.effort)
        if decision.verdict is Verdict.UNSAT:
            bound = value
        elif decision.verdict is Verdict.SAT and not violations(problem, decision.counts, decision.there):
            best = Solution(decision.counts, decision.there)
            value = stay.cost(best.counts)
        else:
            break
    return Moved(best, value, bound)


def _rearranged(problem: Problem, stay: Stay, purse: Purse) -> list[Solution]:
    """Placements in which everything stays but on a few nodes that are cleared, few at first."""
    random = np.random.default_rng(0)
    occupied = np.flatnonzero(stay.current.any(axis=0))
    cleared = 0
    while cleared <= len(occupied) and not purse.empty:
        for _ in range(_TRIES if cleared else 1):
            chosen = random.choice(occupied, size=cleared, replace=False)
            found = _beside(problem, stay, chosen.tolist(), purse)
            if found is not None:
                return [found]
        cleared = max(1, cleared * 2)
    return []


def _beside(problem: Problem, stay: Stay, cleared: Sequence[int], purse: Purse) -> Solution | None:
    """A placement that keeps the pods of all nodes but the cleared ones."""
    kept = np.minimum(stay.current, np.where(problem.allowed, stay.current, 0))
    kept[:, list(cleared)] = 0
    there = ~problem.optional | kept.any(axis=0)
    if not there.all():
        there = np.ones_like(there) if not kept.any() else there
    kept[problem.everywhere] = problem.must[problem.everywhere] & there
    asked: list[Sequence[PodName]] = [
        () if group.everywhere else group.pods[: group.count - int(kept[g].sum())]
        for g, group in enumerate(problem.groups)
    ]
    part, groups = pinned(problem, there, kept, asked)
    counts = kept.copy()
    if groups:
        share = Purse(purse.share(0.05))
        outcome = decide(_alone(part), share, certify=False, hurry=True)
        purse.spend(share.spent + 100_000)
        if not isinstance(outcome, Solution):
            return None
        counts[groups] += expanded(problem, there, outcome.counts)[: len(groups)]
    return None if violations(problem, counts, there) else Solution(counts, there)


def _alone(part: Problem) -> Problem:
    """A part is judged by its own rules; the whole is judged afterwards."""
    return replace(part, inventory=None)


def _bound(problem: Problem, stay: Stay, purse: Purse) -> int:
    """What moving costs at least, by the relaxation: between classes of nodes as many pods stay as both counts have."""
    relaxation = relax(problem)
    script = Script()
    for g, c in zip(*np.nonzero(relaxation.open), strict=True):
        script.real(relaxation.variable(int(g), int(c)))
    for row in relaxation.rows:
        script.row(row.formula)
    costs: list[str] = []
    for g in np.flatnonzero(stay.current.any(axis=1)).tolist():
        for c in relaxation.classes:
            here = int(stay.current[g, list(c.sites)].sum())
            if not here:
                continue
            if not relaxation.open[g, c.index]:
                costs.append(number(stay.weights[g] * here))
                continue
            name = script.real(f"d{g}_{c.index}")
            script.row(f"(>= (+ {name} {relaxation.variable(g, c.index)}) {here})")
            costs.append(f"(* {stay.weights[g]} {name})")
    total = "(+ 0 " + " ".join(costs) + ")"
    choices = "\n".join(f"(assert {choice.formula})" for choice in relaxation.choices)
    declared = "\n".join(relaxation.declared)
    text = f"{script.text}\n{declared}\n{choices}\n(declare-const spent Real)(assert (= spent {total}))"
    effort = purse.share(0.2)
    outcome = minimise(text, "spent", effort=effort, seconds=purse.seconds(effort))
    purse.spend(outcome.effort)
    return ceil(outcome.number("spent") - Fraction(1, 10**9)) if outcome.sat else 0
