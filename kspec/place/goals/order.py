"""Which goals can follow one another."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.place.answer import Goal


def in_order(goals: Sequence[Goal]) -> str:
    """What is wrong with a list of goals, if anything."""
    if len(set(goals)) < len(goals):
        return "a goal is named twice"
    if Goal.FEASIBLE in goals and len(goals) > 1:
        return "feasible is no goal beside others"
    if Goal.PRIORITY in goals[1:]:
        return "priority comes first: it says which pods the other goals are about"
    if any(g in goals[:-1] for g in (Goal.MOVES, Goal.BALANCE)):
        return "moves or balance comes last: goals after it would undo it"
    return ""
