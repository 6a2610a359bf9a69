"""Telling that there is no placement: the conflict, what would mend it, and which pods matter most."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.place.answer import Goal, Infeasible, Objective
from kspec.place.budget import Purse
from kspec.place.build import build
from kspec.place.decide import decide
from kspec.place.explain import explain
from kspec.place.goals.priority import most_important
from kspec.place.problem import Problem
from kspec.place.question import Question
from kspec.place.repair.mend import Attempts
from kspec.place.repair.mend import repairs as mend
from kspec.place.verdicts import Impossible, Solution


def refuted(
    problem: Problem, outcome: Impossible, goal: Goal, purse: Purse, budget: float, *, repairs: bool
) -> Infeasible:
    """The answer, with repairs if wanted, and with a placement of the most important pods if that is the goal.

    Explaining and mending have budgets of their own, parts of the user's `budget` in seconds.
    """
    explaining, mending, choosing = Purse.of(budget / 2), Purse.of(budget / 40), Purse.of(budget)
    told = explain(problem, outcome.core, explaining)
    mended = mend(problem, told.indices, _attempts(mending)) if repairs else ()
    objective = Objective(goal.value, None, False, None)
    subset = most_important(problem, choosing) if goal is Goal.PRIORITY else None
    if subset is not None:
        placed = sum(s.placed for s in subset.shares)
        optimal = all(s.optimal for s in subset.shares)
        objective = Objective(goal.value, placed, optimal, sum(s.bound for s in subset.shares))
    return Infeasible(
        told.core,
        told.summary,
        told.minimal,
        mended,
        objective,
        outcome.certificate,
        problem.notes,
        purse.spent + explaining.spent + mending.spent + choosing.spent,
        subset,
    )


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
