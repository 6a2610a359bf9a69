"""Placing, and telling how it went."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.place.answer import Answer, Goal, Infeasible, Objective, Placement, Unknown
from kspec.place.assign import everyone, pools, unassigned
from kspec.place.budget import Purse
from kspec.place.build import build
from kspec.place.certificate import Checked
from kspec.place.decide import decide
from kspec.place.explain import explain
from kspec.place.goals import pursue
from kspec.place.problem import Problem
from kspec.place.question import Question
from kspec.place.repair.mend import Attempts
from kspec.place.repair.mend import repairs as mend
from kspec.place.verdicts import Impossible, Solution, Undecided


def solve(problem: Problem, *, budget: float = 30.0, goal: Goal = Goal.FEASIBLE, repairs: bool = True) -> Answer:
    """Place every pod, or prove that it cannot be done, or say that the budget (in seconds) did not suffice.

    What is left of the budget goes into the goal. A conflict is told with its repairs unless those are not wanted.
    """
    purse = Purse.of(budget)
    outcome = decide(problem, purse)
    asked = len(problem.fixed) + int(problem.counts.sum())
    match outcome:
        case Solution():
            best, objective = pursue(problem, goal, outcome, purse)
            return placement(problem, best, objective, purse.spent)
        case Impossible(certificate=certificate, core=core):
            objective = Objective(goal.value, None, False, None)
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
            objective = Objective(
                goal.value,
                len(placed) if goal is Goal.FEASIBLE else None,
                False,
                asked if goal is Goal.FEASIBLE else None,
            )
            left = unassigned(problem, counts)
            return Unknown(reason, placed, left, objective, pools(problem, there), problem.notes, purse.spent)


def placement(problem: Problem, found: Solution, objective: Objective | None = None, effort: int = 0) -> Placement:
    """A solution, told by names. Without an objective, any placement was wanted."""
    placed = everyone(problem, found.counts)
    certificate = checked(problem, found, len(placed))
    objective = objective or Objective(Goal.FEASIBLE.value, len(placed), True, len(placed))
    return Placement(placed, objective, pools(problem, found.there), certificate, problem.notes, effort)


def checked(problem: Problem, solution: Solution, pods: int) -> Checked:
    """What a checked placement stands on."""
    pairs = zip(problem.sites, (problem.optional & solution.there).tolist(), strict=True)
    return Checked(pods, int(solution.there.sum()), tuple(site for site, optional in pairs if optional))


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
