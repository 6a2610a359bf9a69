"""NodeResourcesFit: refuses nodes with too little left, and scores by how much is requested there.

Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS, is_extended
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.resource_scoring import AllocationScorer
from kspec.scheduler.plugins.scoring_strategies import DEFAULT_RESOURCES, LeastAllocated, Strategy

NAME = "NodeResourcesFit"
SCORE = "NodeResourcesFit score"
TOO_MANY_PODS = "Too many pods"
_FIRST = (CPU, MEMORY, EPHEMERAL_STORAGE)


@dataclass(frozen=True, slots=True)
class Shortage:
    """A resource of which a node has too little; `hopeless` where even the empty node has."""

    resource: str
    hopeless: bool = False

    @property
    def reason(self) -> str:
        return TOO_MANY_PODS if self.resource == PODS else f"Insufficient {self.resource}"


def status_of(shortages: Sequence[Shortage]) -> Status:
    """All reasons of a node, and whether preemption could help there."""
    if not shortages:
        return OK
    code = Code.UNRESOLVABLE if any(s.hopeless for s in shortages) else Code.UNSCHEDULABLE
    return Status(code, tuple(s.reason for s in shortages), NAME)


class NodeResourcesFit:
    """Filter, PreScore, Score. Extended resources that are ignored by name or group are left to something else."""

    name = NAME

    def __init__(
        self,
        strategy: Strategy | None = None,
        ignored: frozenset[str] = frozenset(),
        ignored_groups: frozenset[str] = frozenset(),
    ) -> None:
        self._scorer = AllocationScorer(SCORE, strategy or LeastAllocated(DEFAULT_RESOURCES))
        self._ignored = ignored
        self._ignored_groups = ignored_groups

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return status_of(tuple(self.shortages(pod, node)))

    def shortages(self, pod: PodInfo, node: NodeInfo) -> Iterator[Shortage]:
        """What the node has too little of."""
        if len(node.pods) + 1 > node.allocatable.get(PODS, 0):
            yield Shortage(PODS)
        for name, amount in self._checked(pod):
            offered = node.allocatable.get(name, 0)
            if amount > offered - node.requested.get(name, 0):
                yield Shortage(name, amount > offered)

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        """Codes are bits: the lowest for the number of pods, then two for each resource, short and hopeless."""
        checked = self._checked(pod)
        load = cluster.load

        def judged(slots: Slots) -> Ints:
            codes = (load.pods[slots] + 1 > load.allocatable(PODS)[slots]).astype(np.int64)
            for bit, (name, amount) in enumerate(checked):
                offered = load.allocatable(name)[slots]
                short = amount > offered - load.requested(name)[slots]
                codes |= short.astype(np.int64) << (2 * bit + 1)
                codes |= (short & (amount > offered)).astype(np.int64) << (2 * bit + 2)
            return codes

        def describe(code: int) -> Status:
            found = [Shortage(PODS)] if code & 1 else []
            for bit, (name, _) in enumerate(checked):
                if code >> (2 * bit + 1) & 1:
                    found.append(Shortage(name, bool(code >> (2 * bit + 2) & 1)))
            return status_of(found)

        return Verdicts(cluster.local(pod, NAME, lambda: checked, judged), describe)

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        return True

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        return self._scorer.scores(pod, cluster, nodes)

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        return self._scorer.score(pod, node)

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return scores

    def _checked(self, pod: PodInfo) -> tuple[tuple[str, int], ...]:
        """The requests that are compared with what nodes have, cpu, memory and storage first."""
        memo = pod.template.memo
        found = memo.get(self)
        if isinstance(found, tuple):
            return found
        requests = pod.template.requests
        names = [n for n in _FIRST if n in requests] + sorted(n for n in requests if n not in _FIRST)
        checked = tuple((n, requests[n]) for n in names if requests[n] > 0 and not self._is_ignored(n))
        memo[self] = checked
        return checked

    def _is_ignored(self, name: str) -> bool:
        return is_extended(name) and (name in self._ignored or name.split("/")[0] in self._ignored_groups)
