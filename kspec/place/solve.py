"""Placing: the relaxation first, then the fast search, then the complete encoding; what they find is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.answer import Answer, Infeasible, Objective, Placement, Unknown
from kspec.place.assign import assign, everyone, pools, unassigned
from kspec.place.budget import TRADE, Purse
from kspec.place.build import build
from kspec.place.certificate import Certificate, Checked, Exhaustive, farkas
from kspec.place.checker import check
from kspec.place.exact.decide import Decider
from kspec.place.explain import explain
from kspec.place.fleets import expanded, fleets
from kspec.place.problem import Ints, Mask, Problem
from kspec.place.question import Question
from kspec.place.relax.rows import Relaxation
from kspec.place.relax.solve import Plan, Relaxed, relax
from kspec.place.repair.mend import Attempts
from kspec.place.repair.mend import repairs as mend
from kspec.place.restrict import with_sites
from kspec.place.search.find import Found, find, quick
from kspec.place.search.rounding import even_plan
from kspec.place.search.wide import WideRules
from kspec.solve.session import Verdict

TINY = 200
"""Count variables up to which the complete encoding is asked at once."""
SMALL = 2_500
"""Count variables up to which the complete encoding is asked before the search goes on for long."""
LARGE = 25_000
"""Count variables beyond which it is not asked at all."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Counts per group and site of a placement that passed the checker, and the sites in use."""

    counts: Ints
    there: Mask


@dataclass(frozen=True, eq=False)
class Impossible:
    """A proof that there is no placement, and requirements that the proof used (None: possibly all)."""

    certificate: Certificate
    core: tuple[int, ...] | None


@dataclass(frozen=True, eq=False)
class Undecided:
    """The best packing that was found."""

    counts: Ints
    there: Mask
    reason: str


def solve(problem: Problem, *, budget: float = 30.0, repairs: bool = True) -> Answer:
    """Place every pod, or prove that it cannot be done, or say that the budget (in seconds) did not suffice.

    A conflict is told with its repairs unless those are not wanted.
    """
    purse = Purse.of(budget)
    outcome = decide(problem, purse)
    asked = len(problem.fixed) + int(problem.counts.sum())
    match outcome:
        case Solution(counts=counts, there=there):
            placed = everyone(problem, counts)
            objective = Objective("feasible", len(placed), True, len(placed))
            certificate = Checked(len(placed), int(there.sum()))
            return Placement(placed, objective, pools(problem, there), certificate, problem.notes, purse.spent)
        case Impossible(certificate=certificate, core=core):
            objective = Objective("feasible", None, False, None)
            extra = Purse.of(budget / 2)
            told = explain(problem, core, extra)
            mending = Purse.of(budget / 40)
            mended = mend(problem, told.indices, _attempts(mending)) if repairs else ()
            spent = purse.spent + extra.spent + mending.spent
            return Infeasible(
                told.core, told.summary, told.minimal, mended, objective, certificate, problem.notes, spent
            )
        case Undecided(counts=counts, there=there, reason=reason):
            placed = everyone(problem, counts)
            objective = Objective("feasible", len(placed), False, asked)
            left = unassigned(problem, counts)
            return Unknown(reason, placed, left, objective, pools(problem, there), problem.notes, purse.spent)


def decide(problem: Problem, purse: Purse, *, certify: bool = True) -> Solution | Impossible | Undecided:
    """A checked placement, a proof that there is none, or the best there is when the purse is empty.

    Unless a certificate is wanted, the proof is the solver's word.
    """
    relaxation = relax(problem)
    if not problem.optional.any():
        outcome = _judged(problem, ~problem.optional, quick(problem, relaxation.classes))
        if isinstance(outcome, Solution):
            return outcome
    plan = _plan(relaxation, purse)
    if plan.verdict is Verdict.UNSAT:
        return Impossible(_certificate(relaxation, plan, purse, certify), plan.core)
    exact = None if problem.optional.any() else _exact(problem, purse, TINY, 0.5)
    if exact is not None:
        return exact
    best: Undecided | None = None
    for seed, part in enumerate((0.1, 0.4)):
        outcome = _search(problem, relaxation, plan, purse, purse.share(part), seed)
        if isinstance(outcome, Solution):
            return outcome
        best = _better(best, outcome)
        if seed == 0:
            exact = _exact(problem, purse, SMALL, 0.5)
            if exact is not None:
                return exact
    exact = _exact(problem, purse, LARGE, 1.0)
    assert best is not None
    return exact or best


def _attempts(purse: Purse) -> Attempts:
    """How repairs are tried: built anew, placed anew, told anew."""

    def built(question: Question) -> Problem | None:
        problem = build(question.resources, question.cluster, origins=question.origins, scale=question.scale)
        return problem if isinstance(problem, Problem) else None

    def placed(problem: Problem, purse: Purse) -> bool:
        part = Purse(purse.share(0.35))
        outcome = decide(problem, part, certify=False)
        purse.spend(part.spent)
        return isinstance(outcome, Solution)

    def conflict(problem: Problem, purse: Purse) -> Sequence[int]:
        part = Purse(purse.share(0.35))
        outcome = decide(problem, part, certify=False)
        told = explain(problem, outcome.core, part).indices if isinstance(outcome, Impossible) else ()
        purse.spend(part.spent)
        return told

    return Attempts(built, placed, conflict, purse)


def _plan(relaxation: Relaxation, purse: Purse) -> Plan:
    """The relaxation's answer; a second try starts afresh, for a spoilt tableau does not recover."""
    plan = Plan(Verdict.UNKNOWN, np.zeros((0, 0)))
    for seed, part in enumerate((0.1, 0.3)):
        effort = purse.share(part)
        plan = Relaxed(relaxation, seed=seed).check(effort=effort, seconds=purse.seconds(effort))
        purse.spend(plan.effort)
        if plan.verdict is not Verdict.UNKNOWN:
            break
    return plan


def _certificate(relaxation: Relaxation, plan: Plan, purse: Purse, certify: bool) -> Certificate:
    """Multipliers for the conflict that the simplex found, or its word where choices take part in it."""
    certificate = farkas(relaxation, plan.core, effort=purse.share(0.2)) if certify else None
    return certificate or Exhaustive("relaxation", len(relaxation.rows) + len(relaxation.choices), plan.effort)


def _search(
    problem: Problem, relaxation: Relaxation, plan: Plan, purse: Purse, effort: int, seed: int
) -> Solution | Undecided:
    """Search on each fleet, from the fewest nodes to the most."""
    choices = list(fleets(problem)) if problem.optional.any() else [~problem.optional]
    best: Undecided | None = None
    for there in choices:
        part, own = problem, relaxation
        if len(choices) > 1:
            part = with_sites(problem, there)
            own = relax(part)
            even = _judged(problem, there, quick(part, own.classes))
            if isinstance(even, Solution):
                return even
            plan = _plan(own, purse)
            if plan.verdict is Verdict.UNSAT:
                continue
        pods = plan.pods if plan.verdict is Verdict.SAT else even_plan(part, own.classes, WideRules(part))
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


def violations(problem: Problem, counts: Ints, there: Mask) -> bool:
    """Whether the independent checker objects to a placement."""
    assert problem.inventory is not None
    assignment = {a.pod: a.node for a in assign(problem, counts)}
    nodes = [name for name, used in zip(problem.sites, there, strict=True) if used]
    return bool(check(problem.inventory, nodes, assignment))


def _exact(problem: Problem, purse: Purse, largest: int, part: float) -> Solution | Impossible | None:
    """The complete encoding's answer, where it is small enough and the purse allows it."""
    if purse.empty or int(np.where(problem.allowed, problem.room, 0).sum()) > largest:
        return None
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
