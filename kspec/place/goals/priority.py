"""The most important pods first: which of them to place where not all can be, one priority after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.place.answer import Share, Subset
from kspec.place.assign import everyone, pools
from kspec.place.budget import Purse
from kspec.place.decide import decide
from kspec.place.exact.decide import Decider
from kspec.place.exact.encode import Encoding
from kspec.place.problem import Problem
from kspec.place.restrict import with_counts
from kspec.place.verdicts import Solution, violations
from kspec.solve.session import Verdict

_EXACT = 2_500
_SHARE = 0.1


def most_important(problem: Problem, purse: Purse) -> Subset | None:
    """The subset of the pods, and where they go; None where not even the daemons can be placed."""
    counts = [0] * len(problem.groups)
    found = _fits(problem, counts, purse)
    if found is None:
        return None
    shares: list[Share] = []
    fixed: list[tuple[list[int], int]] = []
    for priority in sorted({g.priority for g in problem.groups if not g.everywhere}, reverse=True):
        members = [i for i, g in enumerate(problem.groups) if g.priority == priority and not g.everywhere]
        asked = sum(problem.groups[i].count for i in members)
        placed = 0
        for i in sorted(members, key=lambda i: (-problem.groups[i].count, i)):
            added = _added(problem, counts, i, purse)
            if added is not None:
                found = added
                counts[i] = int(added.counts[i].sum())
            placed += counts[i]
        bound = asked
        if placed < asked:
            better, placed, bound = _better(problem, fixed, members, placed, asked, purse)
            if better is not None:
                found = better
                counts = [0 if g.everywhere else int(better.counts[i].sum()) for i, g in enumerate(problem.groups)]
        fixed.append((members, placed))
        shares.append(Share(priority, asked, placed, bound))
    part = with_counts(problem, counts)
    kept = {p.pod for g in part.groups for p in g.pods}
    left = tuple(p for g in problem.groups for p in g.pods if p.pod not in kept)
    return Subset(everyone(part, found.counts), left, tuple(shares), pools(problem, found.there))


def _fits(problem: Problem, counts: Sequence[int], purse: Purse) -> Solution | None:
    part = with_counts(problem, counts)
    share = Purse(purse.share(_SHARE))
    outcome = decide(part, share, certify=False, hurry=True)
    purse.spend(share.spent)
    return outcome if isinstance(outcome, Solution) else None


def _added(problem: Problem, counts: Sequence[int], group: int, purse: Purse) -> Solution | None:
    """As many pods of one group as fit beside what others have, by halving."""
    low, high, best = 0, problem.groups[group].count, None
    size = high
    while low < high:
        tried = [size if i == group else k for i, k in enumerate(counts)]
        found = _fits(problem, tried, purse)
        if found is not None:
            low, best = size, found
        else:
            high = size - 1
        size = (low + high + 1) // 2
    return best


def _better(
    problem: Problem, fixed: Sequence[tuple[list[int], int]], members: list[int], placed: int, asked: int, purse: Purse
) -> tuple[Solution | None, int, int]:
    """More pods of these groups while higher priorities keep theirs, exactly where that is small enough."""
    best: Solution | None = None
    if int(np.where(problem.allowed, problem.room, 0).sum()) > _EXACT:
        return None, placed, asked
    replicas = sorted({g.replicas for g in problem.groups if not g.everywhere})
    while placed < asked and not purse.empty:
        decider = Decider(problem, replicas, also=lambda e, k=placed + 1: _demand(e, fixed, members, k))  # type: ignore[misc]
        effort = purse.share(0.3)
        decision = decider.decide(effort=effort, seconds=purse.seconds(effort))
        purse.spend(decision.effort)
        if decision.verdict is Verdict.UNSAT:
            return best, placed, placed
        part = with_counts(problem, decision.counts.sum(axis=1).tolist())
        if decision.verdict is not Verdict.SAT or violations(part, decision.counts, decision.there):
            return best, placed, asked
        best = Solution(decision.counts, decision.there)
        placed = int(decision.counts[members].sum())
    return best, placed, asked


def _demand(encoding: Encoding, fixed: Sequence[tuple[list[int], int]], members: list[int], least: int) -> None:
    """So many pods of each of these sets of groups."""
    for groups, count in fixed:
        encoding.at_least_of(groups, count)
    encoding.at_least_of(members, least)
