"""Deciding a problem: even packing, relaxation, fast search, prices, complete encoding, in this order."""

from __future__ import annotations

import numpy as np

from kspec.place.budget import TRADE, Purse
from kspec.place.certificate import Exhaustive
from kspec.place.fleets import expanded, fleets
from kspec.place.problem import Ints, Mask, Problem
from kspec.place.relax.rows import Relaxation
from kspec.place.relax.solve import Plan, Relaxed, relax
from kspec.place.restrict import with_sites
from kspec.place.search.find import Found, find, quick
from kspec.place.search.rounding import even_plan
from kspec.place.search.wide import WideRules
from kspec.place.verdicts import Impossible, Solution, Undecided, violations
from kspec.solve.session import Verdict

TINY = 200
"""Count variables up to which the complete encoding is asked at once."""
SMALL = 2_500
"""Count variables up to which the complete encoding is asked before the search goes on for long."""
LARGE = 25_000
"""Count variables beyond which it is not asked at all."""
_ATTEMPTS = ((0.1, False), (0.1, True), (0.3, False))
"""Parts of the budget for searches, and whether each starts from an even plan: the plan of a relaxation is a corner of
it, where rounding may leave pods that need one certain node without it."""


def decide(
    problem: Problem, purse: Purse, *, certify: bool = True, hurry: bool = False
) -> Solution | Impossible | Undecided:
    """A checked placement, a proof that there is none, or the best there is when the purse is empty.

    Unless a certificate is wanted, the proof is the solver's word. In a `hurry`, what neither the relaxation nor a
    short search settles stays undecided.
    """
    if not problem.counts.any() and not problem.must[:, ~problem.optional].any():
        return Solution(np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64), ~problem.optional)
    if not problem.sites:
        return Impossible(Exhaustive("encoding", 0, 0), tuple(sorted({g.replicas for g in problem.groups if g.count})))
    relaxation = relax(problem)
    if not problem.optional.any():
        outcome = _judged(problem, ~problem.optional, quick(problem, relaxation.classes))
        if isinstance(outcome, Solution):
            return outcome
    plan = planned(relaxation, purse)
    if plan.verdict is Verdict.UNSAT:
        from kspec.place.proofs import certificate_of

        return Impossible(certificate_of(relaxation, plan, purse, certify), plan.core)
    exact = None if problem.optional.any() else _exact(problem, purse, TINY, 0.5)
    if exact is not None:
        return exact
    best: Undecided | None = None
    for seed, (part, even) in enumerate(_ATTEMPTS):
        outcome = _search(problem, relaxation, plan, purse, purse.share(part), seed, even=even)
        if isinstance(outcome, Solution):
            return outcome
        best = _better(best, outcome)
        if hurry:
            return best
        if seed == 0:
            from kspec.place.proofs import by_prices

            proof = by_prices(problem, purse) or _exact(problem, purse, SMALL, 0.5)
            if proof is not None:
                return proof
    exact = _exact(problem, purse, LARGE, 1.0)
    assert best is not None
    return exact or best


def planned(relaxation: Relaxation, purse: Purse) -> Plan:
    """The relaxation's answer; a second try starts afresh, for a spoilt tableau does not recover."""
    plan = Plan(Verdict.UNKNOWN, np.zeros((0, 0)))
    for seed, part in enumerate((0.1, 0.3)):
        effort = purse.share(part)
        plan = Relaxed(relaxation, seed=seed).check(effort=effort, seconds=purse.seconds(effort))
        purse.spend(plan.effort)
        if plan.verdict is not Verdict.UNKNOWN:
            break
    return plan


def _search(
    problem: Problem, relaxation: Relaxation, plan: Plan, purse: Purse, effort: int, seed: int, *, even: bool
) -> Solution | Undecided:
    """Search on each fleet, from the fewest nodes to the most, near the relaxation's plan or an even one."""
    choices = list(fleets(problem)) if problem.optional.any() else [~problem.optional]
    best: Undecided | None = None
    for there in choices:
        part, own = problem, relaxation
        if len(choices) > 1:
            part = with_sites(problem, there)
            own = relax(part)
            packed = _judged(problem, there, quick(part, own.classes))
            if isinstance(packed, Solution):
                return packed
            plan = planned(own, purse)
            if plan.verdict is Verdict.UNSAT:
                continue
        near = plan.verdict is Verdict.SAT and not even
        pods = plan.pods if near else even_plan(part, own.classes, WideRules(part))
        found = find(part, own.classes, pods, steps=max(50, effort // TRADE // len(choices)), seed=seed)
        purse.spend(found.steps * TRADE)
        outcome = _judged(problem, there, found)
        if isinstance(outcome, Solution):
            return outcome
        best = _better(best, outcome)
    nothing = np.zeros((len(problem.groups), len(problem.sites)), dtype=np.int64)
    return best or Undecided(nothing, choices[0], "no fleet has a plan")


def _judged(problem: Problem, there: Mask, found: Found) -> Solution | Undecided:
    """A search result, as a solution only if the checker agrees."""
    counts = expanded(problem, there, found.counts)
    if found.complete and not violations(problem, counts, there):
        return Solution(counts, there)
    return Undecided(counts, there, "the search found no place for every pod within the budget")


def _exact(problem: Problem, purse: Purse, largest: int, part: float) -> Solution | Impossible | None:
    """The complete encoding's answer, where it is small enough and the purse allows it."""
    if purse.empty or int(np.where(problem.allowed, problem.room, 0).sum()) > largest:
        return None
    from kspec.place.exact.decide import Decider

    decider = Decider(problem)
    effort = purse.share(part)
    decision = decider.decide(effort=effort, seconds=purse.seconds(effort))
    purse.spend(decision.effort)
    if decision.verdict is Verdict.UNSAT:
        return Impossible(Exhaustive("encoding", decider.size, decision.effort), None)
    if decision.verdict is Verdict.SAT and not violations(problem, decision.counts, decision.there):
        return _without_idle(problem, decision.counts, decision.there)
    return None


def _without_idle(problem: Problem, counts: Ints, there: Mask) -> Solution:
    """The placement without optional nodes that only daemons stand on, as far as the checker agrees."""
    best = Solution(counts, there)
    for n in np.flatnonzero(there & problem.optional)[::-1].tolist():
        if not best.counts[~problem.everywhere, n].any():
            fewer, left = best.there.copy(), best.counts.copy()
            fewer[n], left[:, n] = False, 0
            if not violations(problem, left, fewer):
                best = Solution(left, fewer)
    return best


def _better(best: Undecided | None, other: Undecided) -> Undecided:
    return other if best is None or other.counts.sum() > best.counts.sum() else best
