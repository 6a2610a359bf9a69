"""Scores a node by the use of its resources, with a strategy.

Upstream: pkg/scheduler/framework/plugins/noderesources/resource_allocation.go (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.resources import is_scalar, scored_requests
from kspec.scheduler.plugins.scoring_strategies import Strategy, Use, Uses

_FEW = 8
"""For so few nodes plain arithmetic is faster than arrays."""


class AllocationScorer:
    """Collects what a strategy looks at. `name` is the vector's."""

    def __init__(self, name: str, strategy: Strategy) -> None:
        self._name = name
        self._strategy = strategy

    def requests(self, pod: PodInfo) -> tuple[int, ...]:
        """What the pod adds to each of the strategy's resources."""
        memo = pod.template.memo
        found = memo.get(self)
        if isinstance(found, tuple):
            return found
        asked = scored_requests(pod.spec) if self._strategy.defaults_count else pod.template.requests
        requests = tuple(asked.get(resource.name, 0) for resource in self._strategy.resources)
        memo[self] = requests
        return requests

    def score(self, pod: PodInfo, node: NodeInfo) -> int:
        uses = []
        for resource, request in zip(self._strategy.resources, self.requests(pod), strict=True):
            name = resource.name
            before = node.non_zero(name) if self._strategy.defaults_count else node.requested.get(name, 0)
            counts = request or not is_scalar(name)
            uses.append(Use(before + request, before, node.allocatable.get(name, 0) if counts else 0))
        return self._strategy.one(uses)

    def scores(self, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        requests = self.requests(pod)

        def scored(slots: Slots) -> Ints:
            if len(slots) <= _FEW:
                ones = (
                    self._strategy.one([self._use(i, r, cluster, s) for i, r in enumerate(requests)]) for s in slots
                )
                return np.fromiter(ones, np.int64, len(slots))
            return self._strategy.many([self._uses(i, request, cluster, slots) for i, request in enumerate(requests)])

        return cluster.local(pod, self._name, lambda: (self._strategy, requests), scored)[nodes]

    def _use(self, index: int, request: int, cluster: Cluster, slot: int) -> Use:
        """The same as `_uses` for one slot."""
        name = self._strategy.resources[index].name
        load = cluster.load
        before = int((load.non_zero(name) if self._strategy.defaults_count else load.requested(name))[slot])
        counts = request or not is_scalar(name)
        return Use(before + request, before, int(load.allocatable(name)[slot]) if counts else 0)

    def _uses(self, index: int, request: int, cluster: Cluster, slots: Slots) -> Uses:
        name = self._strategy.resources[index].name
        load = cluster.load
        before = (load.non_zero(name) if self._strategy.defaults_count else load.requested(name))[slots]
        counts = request or not is_scalar(name)
        offered = load.allocatable(name)[slots] if counts else np.zeros(len(slots), np.int64)
        return Uses(before + request, before, offered)
