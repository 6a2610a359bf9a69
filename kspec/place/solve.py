"""Placing, and telling how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kspec.place.answer import Answer, Goal, Objective, Placement, Unknown
from kspec.place.assign import everyone, pools, unassigned
from kspec.place.budget import Purse
from kspec.place.certificate import Checked
from kspec.place.decide import decide
from kspec.place.problem import Problem
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
            return _improved(problem, goals, outcome, purse, costs or {})
        case Impossible():
            from kspec.place.refuted import refuted

            return refuted(problem, outcome, goal, purse, budget, repairs=repairs)
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


def _improved(
    problem: Problem, goals: Sequence[Goal], found: Solution, purse: Purse, costs: Mapping[str, int]
) -> Placement:
    """The placement that the goals lead to; any will do where just one was wanted."""
    if goals == (Goal.FEASIBLE,):
        return placement(problem, found, effort=purse.spent)
    from kspec.place.goals.pursue import pursue_all

    best, objectives = pursue_all(problem, goals, found, purse, costs)
    return replace(placement(problem, best, objectives[0], purse.spent), further=objectives[1:])


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
