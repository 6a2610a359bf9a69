"""Placing, and telling how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kspec.place.answer import Answer, Goal, Infeasible, Objective, Placement, Unknown
from kspec.place.assign import everyone, pools, unassigned
from kspec.place.budget import Purse
from kspec.place.build import build
from kspec.place.certificate import Checked
from kspec.place.decide import decide
from kspec.place.explain import explain
from kspec.place.goals import most_important, pursue_all
from kspec.place.problem import Problem
from kspec.place.question import Question
from kspec.place.repair.mend import Attempts
from kspec.place.repair.mend import repairs as mend
from kspec.place.verdicts import Impossible, Solution, Undecided


def solve(
    problem: Problem,
    *,
    budget: float = 30.0,
    goal: Goal | Sequence[Goal] = Goal.FEASIBLE,
    repairs: bool = True,
    costs: Mapping[str, int] | None = None,
) -> Answer:
    """Place every pod, or prove that it cannot be done, or say that the budget (in seconds) did not suffice.

    What is left of the budget goes into the goals, the first one first. A conflict is told with its repairs unless
    those are not wanted, and with the most important pods placed if their priority is the first goal. `costs` says what
    moving a pod of a workload costs.
    """
    goals = (goal,) if isinstance(goal, Goal) else tuple(goal)
    goal = goals[0]
    purse = Purse.of(budget)
    outcome = decide(problem, purse)
    asked = len(problem.fixed) + int(problem.counts.sum())
    match outcome:
        case Solution():
            best, objectives = pursue_all(problem, goals, outcome, purse, costs or {})
            return replace(placement(problem, best, objectives[0], purse.spent), further=objectives[1:])
        case Impossible(certificate=certificate, core=core):
            objective = Objective(goal.value, None, False, None)
            extra = Purse.of(budget / 2)
            told = explain(problem, core, extra)
            mending = Purse.of(budget / 40)
            mended = mend(problem, told.indices, _attempts(mending)) if repairs else ()
            chosen = Purse.of(budget)
            subset = most_important(problem, chosen) if goal is Goal.PRIORITY else None
            if subset is not None:
                placed_in_all = sum(s.placed for s in subset.shares)
                best_known = all(s.optimal for s in subset.shares)
                objective = Objective(goal.value, placed_in_all, best_known, sum(s.bound for s in subset.shares))
            spent = purse.spent + extra.spent + mending.spent + chosen.spent
            return Infeasible(
                told.core, told.summary, told.minimal, mended, objective, certificate, problem.notes, spent, subset
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
        problem = build(
            question.resources,
            question.cluster,
            origins=question.origins,
            scale=question.scale,
            existing=question.existing,
            more=question.more,
        )
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
