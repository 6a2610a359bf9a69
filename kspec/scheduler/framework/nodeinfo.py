"""A node with the pods on it, one at a time: what the plain filters look at, and what preemption takes apart.

Upstream: pkg/scheduler/framework/types.go (`NodeInfo`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.domain.node import Node
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.podlist import PodList
from kspec.scheduler.framework.resources import CPU, MEMORY, Amounts


@dataclass(slots=True)
class NodeInfo:
    """A node and its pods. `requested` and the non-zero sums follow the pods that are added and removed."""

    node: Node
    allocatable: Amounts
    pods: PodList = field(default_factory=PodList)
    requested: Amounts = field(default_factory=dict)
    non_zero_cpu: int = 0
    non_zero_memory: int = 0

    @property
    def name(self) -> str:
        return self.node.name

    def add(self, pod: PodInfo) -> None:
        self.pods.add(pod)
        self._count(pod, 1)

    def remove(self, pod: PodInfo) -> None:
        self.pods.remove(pod.key)
        self._count(pod, -1)

    def copy(self) -> NodeInfo:
        """A copy whose pods can be taken away without harm."""
        return NodeInfo(
            self.node,
            self.allocatable,
            self.pods.copy(),
            dict(self.requested),
            self.non_zero_cpu,
            self.non_zero_memory,
        )

    def non_zero(self, resource: str) -> int:
        """What is requested of a resource where a missing cpu or memory request counts with its default."""
        if resource == CPU:
            return self.non_zero_cpu
        return self.non_zero_memory if resource == MEMORY else self.requested.get(resource, 0)

    def _count(self, pod: PodInfo, sign: int) -> None:
        template = pod.template
        for name, amount in template.requests.items():
            self.requested[name] = self.requested.get(name, 0) + sign * amount
        self.non_zero_cpu += sign * template.non_zero.cpu
        self.non_zero_memory += sign * template.non_zero.memory
