"""Pure questions about one pod and one node, as the filters and the queueing hints ask them.

None of them looks at other pods. Each names the plugin in which the scheduler asks the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kspec.domain.matching import UNSCHEDULABLE, tolerates
from kspec.domain.matching import untolerated as untolerated_taint
from kspec.domain.node import Node, Taint
from kspec.domain.pod import NodeSelector, PodSpec, Toleration
from kspec.scheduler.framework.resources import allocatable

NO_SCHEDULE = "NoSchedule"
NO_EXECUTE = "NoExecute"
PREFER_NO_SCHEDULE = "PreferNoSchedule"
NAME_FIELD = "metadata.name"
ANY_ADDRESS = "0.0.0.0"


def named_nodes(required: NodeSelector | None) -> frozenset[str] | None:
    """NodeAffinity: the node names that `metadata.name` fields leave a pod; None where a term leaves them open."""
    if required is None or not required.node_selector_terms:
        return None
    names: frozenset[str] = frozenset()
    for term in required.node_selector_terms:
        fields = [r for r in term.match_fields if r.key == NAME_FIELD and r.operator == "In"]
        if not fields:
            return None
        names |= frozenset.intersection(*(frozenset(r.values) for r in fields))
    return names


def tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    """TaintToleration: whether one of the tolerations covers the taint."""
    return any(tolerates(t, taint) for t in tolerations)


def untolerated(spec: PodSpec, node: Node) -> Taint | None:
    """TaintToleration: the first NoSchedule or NoExecute taint of the node that the pod does not tolerate."""
    return untolerated_taint(node.spec.taints, spec.tolerations)


def schedulable(spec: PodSpec, node: Node) -> bool:
    """NodeUnschedulable: the node is not cordoned, or the pod tolerates that."""
    return not node.spec.unschedulable or tolerated(UNSCHEDULABLE, spec.tolerations)


def insufficient(request: Mapping[str, int], node: Node) -> tuple[str, ...]:
    """NodeResourcesFit: the resources of which even the empty node has too little."""
    offered = allocatable(node)
    return tuple(name for name, amount in request.items() if amount > offered.get(name, 0))


@dataclass(frozen=True, slots=True)
class HostPort:
    """A port claimed on the node. An address of 0.0.0.0 claims it on every address."""

    address: str
    protocol: str
    port: int

    def conflicts(self, other: HostPort) -> bool:
        """NodePorts: whether both can not be had at once (upstream `HostPortInfo.CheckConflict`)."""
        same = self.protocol == other.protocol and self.port == other.port
        return same and (self.address == other.address or ANY_ADDRESS in (self.address, other.address))


def host_ports(spec: PodSpec) -> tuple[HostPort, ...]:
    """NodePorts: the host ports of containers and sidecars; ordinary init containers are gone before they conflict."""
    containers = spec.containers + tuple(c for c in spec.init_containers if c.is_sidecar)
    return tuple(
        HostPort(port.host_ip or ANY_ADDRESS, port.protocol or "TCP", port.host_port or port.container_port)
        for container in containers
        for port in container.ports
        if port.host_port or spec.host_network
    )
