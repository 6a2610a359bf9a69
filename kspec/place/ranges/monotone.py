"""Do fewer pods of a workload fit wherever more do? Shown by taking one away from a placement, rule by rule."""

from __future__ import annotations

from kspec.place.problem import Attraction, Problem, Spread


def shrinks(problem: Problem, workload: str) -> bool:
    """Whether from any placement one of a workload's pods can be taken away so that the others still stand rightly.

    All rules but two kinds only ask for room, so that they bear it. A spread that counts the workload's own pods and no
    others bears the loss of one in the fullest domain. Pods that only attract each other bear the loss of the last one.
    These two pods need not be the same, and other pods' needs are not looked into: then the answer is no.
    """
    mine = [g for g, group in enumerate(problem.groups) if group.workload == workload]
    spreads = [rule for rule in problem.of(Spread) if set(mine) & set(rule.counted)]
    near = [rule for rule in problem.of(Attraction) if set(mine) & rule.matching]
    if not spreads and not near:
        return True
    if len(mine) != 1:
        return False
    if near:
        return not spreads and all(rule.group == mine[0] and rule.matching == set(mine) for rule in near)
    return len(spreads) == 1 and _own(spreads[0], mine[0])


def _own(spread: Spread, group: int) -> bool:
    return spread.group == group and tuple(spread.counted) == (group,) and not spread.running.any()
