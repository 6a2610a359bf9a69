"""How many more replicas of each workload fit, each workload on its own, everything being placed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kspec.place.budget import Purse
from kspec.place.build import build
from kspec.place.decide import decide
from kspec.place.explain import explain
from kspec.place.problem import Exclusion, Problem
from kspec.place.verdicts import Impossible, Solution
from kspec.source.tree import Object

MOST = 10_000
"""So many more replicas are called enough."""
_BUILD = 60
"""Resource units that building a problem anew costs, per group and site..."""
_TRY = 400_000
"""...and asking at all."""
_OWN = "attachable-volumes-"
"""Resources of which pods of one workload may take different amounts."""
_TOLD = 30
"""Workloads up to which the answer tells what stops each."""


@dataclass(frozen=True)
class Headroom:
    """`more` replicas of a workload were placed on top of those asked for. One more is impossible where `exact`; else
    `bound` says from where on it is (None: nothing is known). `stop` tells what stops it, where that was asked."""

    workload: str
    more: int
    exact: bool
    bound: int | None
    stop: str = ""


def headroom(problem: Problem, *, budget: float) -> tuple[Headroom, ...]:
    """The room of every workload that has replicas, in the order of the workloads."""
    purse = Purse.of(budget)
    workloads = list(dict.fromkeys(g.workload for g in problem.groups if not g.everywhere and _grows(g.workload)))
    found: list[Headroom] = []
    for index, workload in enumerate(workloads):
        part = Purse(max(1, purse.left // (len(workloads) - index)))
        found.append(_room(problem, workload, part, tell=len(workloads) <= _TOLD))
        purse.spend(part.spent)
    return tuple(found)


def headroom_json(room: Headroom) -> Object:
    """An entry of the field `headroom` of the contract `kspec/place/v1`."""
    return {
        "workload": room.workload,
        "more": room.more,
        "exact": room.exact,
        "bound": room.bound,
        "stop": room.stop,
    }


def _grows(workload: str) -> bool:
    return workload.split("/")[1] in ("Deployment", "ReplicaSet", "StatefulSet", "Job", "CronJob")


def _room(problem: Problem, workload: str, purse: Purse, *, tell: bool) -> Headroom:
    """What quick answers place and deny, then exact ones in the gap between."""
    most = min(MOST, _most(problem, workload))
    fits, bound = 0, None if most == MOST else most + 1
    fits, bound = _between(Probe(problem, workload, purse, hurry=True), fits, bound)
    if bound is not None and fits + 1 < bound and not purse.empty:
        fits, bound = _between(Probe(problem, workload, purse, hurry=False), fits, bound)
    exact = fits + 1 == bound
    stop = _why(problem, workload, fits + 1, purse) if exact and tell else ""
    return Headroom(workload, fits, exact, bound, stop)


@dataclass(frozen=True)
class Probe:
    """Asks whether so many more replicas fit."""

    problem: Problem
    workload: str
    purse: Purse
    hurry: bool

    def fit(self, more: int) -> bool | None:
        """Whether they do; None where that stays open."""
        bigger = larger(self.problem, {self.workload: more})
        self.purse.spend(_TRY + _BUILD * len(bigger.groups) * len(bigger.sites))
        share = Purse(max(1, self.purse.left // 3))
        outcome = decide(bigger, share, certify=False, hurry=self.hurry)
        self.purse.spend(share.spent)
        return {Solution: True, Impossible: False}.get(type(outcome))


def _between(probe: Probe, fits: int, bound: int | None) -> tuple[int, int | None]:
    """Doubling until it does not fit, then halving the gap; what stays open is taken not to fit."""
    size, open_from = max(1, fits + 1), bound
    while fits + 1 < (open_from if open_from is not None else MOST + 1) and not probe.purse.empty:
        answer = probe.fit(size)
        if answer is True:
            fits = size
        else:
            open_from = size
            bound = size if answer is False else bound
        size = min(MOST, fits * 2) if open_from is None else (fits + open_from) // 2
        size = max(size, fits + 1)
    return fits, bound


def _why(problem: Problem, workload: str, more: int, purse: Purse) -> str:
    """What stops one more replica, in the words of the conflict."""
    bigger = larger(problem, {workload: more})
    outcome = decide(bigger, purse, certify=False)
    return explain(bigger, outcome.core, Purse(purse.units)).summary if isinstance(outcome, Impossible) else ""


def larger(problem: Problem, more: Mapping[str, int]) -> Problem:
    """The problem with workloads so much larger than they are in it (or smaller, where that is less than nothing)."""
    assert problem.inventory is not None
    question = problem.inventory.question
    assert question is not None
    wanted = {**question.more, **{w: k + question.more.get(w, 0) for w, k in more.items()}}
    question = replace(question, more=wanted)
    built = build(
        question.resources,
        question.cluster,
        origins=question.origins,
        scale=question.scale,
        existing=question.existing,
        more=wanted,
    )
    assert isinstance(built, Problem)
    return built


def _most(problem: Problem, workload: str) -> int:
    """More replicas than all nodes could hold of the workload alone are impossible.

    Where new pods may go is left open: their volumes need not be where those of the others are.
    """
    groups = [g for g, group in enumerate(problem.groups) if group.workload == workload]
    room = max(_alone(problem, g) for g in groups)
    return max(0, room - sum(problem.groups[g].count for g in groups))


def _alone(problem: Problem, g: int) -> int:
    asking = [r for r, name in enumerate(problem.resources) if problem.request[g, r] and not name.startswith(_OWN)]
    if not asking:
        return MOST * 2
    each = (problem.capacity[:, asking] // problem.request[g][asking]).min(axis=1)
    for rule in problem.of(Exclusion):
        if rule.a == rule.b == g and problem.topologies[rule.topology].per_site:
            inside = problem.topologies[rule.topology].domain >= 0
            each = np.where(inside, np.minimum(each, 1), each)
    return int(each.sum())
