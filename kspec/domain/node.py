"""Nodes, and the pools a design declares them in.

Upstream: staging/src/k8s.io/api/core/v1/types.go (v1.36).
"""

from __future__ import annotations

from pydantic import ConfigDict, Field

from kspec.domain.base import Kube, KubeObject
from kspec.domain.pod import ResourceList

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
REGION = "topology.kubernetes.io/region"


class Taint(Kube):
    key: str
    value: str = ""
    effect: str


class NodeSpec(Kube):
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()
    provider_id: str = Field(default="", alias="providerID")


class ContainerImage(Kube):
    names: tuple[str, ...] = ()
    size_bytes: int = 0


class NodeCondition(Kube):
    type: str
    status: str
    reason: str = ""


class NodeStatus(Kube):
    """`allocatable` is what pods may request; it falls back to `capacity`, as the API server defaults it."""

    capacity: ResourceList = Field(default_factory=dict)
    allocatable: ResourceList = Field(default_factory=dict)
    images: tuple[ContainerImage, ...] = ()
    conditions: tuple[NodeCondition, ...] = ()


class Node(KubeObject):
    spec: NodeSpec = Field(default_factory=NodeSpec)
    status: NodeStatus = Field(default_factory=NodeStatus)

    @property
    def allocatable(self) -> ResourceList:
        return self.status.allocatable or self.status.capacity

    @property
    def labels(self) -> dict[str, str]:
        return self.metadata.labels

    @property
    def zone(self) -> str:
        return self.labels.get(ZONE, "")


class Count(Kube):
    """How many: a fixed number (`low == high`) or a range inside which a solver, autoscaler or proof may move."""

    low: int
    high: int

    @property
    def fixed(self) -> bool:
        return self.low == self.high


class NodePool(Kube):
    """A set of equal nodes, `<pool>-1` to `<pool>-n`. Not a Kubernetes kind, so unknown fields are refused.

    `machine` is capacity, `reserved` what the system keeps (kube-reserved, system-reserved, eviction threshold).
    `price` is the cost of one node in any one unit, for the objective `lowest cost`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    count: Count
    machine: ResourceList
    reserved: ResourceList = Field(default_factory=dict)
    zone: str = ""
    region: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    price: float | None = None

    def allocatable(self) -> ResourceList:
        """Machine less reserved; `pods` defaults to the kubelet's 110."""
        from kspec.domain.quantity import Quantity

        out = {
            k: Quantity(q.amount - self.reserved[k].amount, q.format) if k in self.reserved else q
            for k, q in self.machine.items()
        }
        out.setdefault("pods", Quantity.parse("110"))
        return out

    def node(self, ordinal: int) -> Node:
        """The `ordinal`-th node (from 1), as the kubelet would register it: hostname, os, arch, zone and taints."""
        name = f"{self.name}-{ordinal}"
        labels = {HOSTNAME: name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        labels |= {ZONE: self.zone} if self.zone else {}
        labels |= {REGION: self.region} if self.region else {}
        return Node.model_validate(
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": name, "labels": labels | self.labels, "annotations": self.annotations},
                "spec": {"taints": [t.model_dump(by_alias=True) for t in self.taints]},
                "status": {"capacity": self.machine, "allocatable": self.allocatable()},
            }
        )


class Cluster(Kube):
    """The nodes of a design: pools it declares and nodes it lists one by one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "cluster"
    pools: tuple[NodePool, ...] = ()
    nodes: tuple[Node, ...] = ()

    def at_minimum(self) -> tuple[Node, ...]:
        """The nodes that are there at least: every listed one, and each pool at its low count."""
        return self.nodes + tuple(p.node(i) for p in self.pools for i in range(1, p.count.low + 1))

    def at_maximum(self) -> tuple[Node, ...]:
        """All nodes there may be: every listed one, and each pool at its high count."""
        return self.nodes + tuple(p.node(i) for p in self.pools for i in range(1, p.count.high + 1))
