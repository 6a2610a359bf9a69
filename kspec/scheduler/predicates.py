"""Pure questions about one pod and one node: the vocabulary that filters, hints and the placement model share.

None of them looks at other pods. Each names the plugin in which the scheduler asks the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kspec.domain.labels import Requirement
from kspec.domain.node import Node, Taint
from kspec.domain.pod import NodeSelector, NodeSelectorTerm, Pod, PodSpec, Toleration
from kspec.scheduler.framework.resources import (
    CPU,
    EPHEMERAL_STORAGE,
    MEMORY,
    Amounts,
    allocatable,
    is_extended,
    is_scalar,
    pod_requests,
)

NO_SCHEDULE = "NoSchedule"
NO_EXECUTE = "NoExecute"
PREFER_NO_SCHEDULE = "PreferNoSchedule"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NAME_FIELD = "metadata.name"
ANY_ADDRESS = "0.0.0.0"


def term_matches(term: NodeSelectorTerm, node: Node) -> bool:
    """Whether a node meets every expression and field of a term; a term with neither matches no node.

    Upstream: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (v1.36).
    """
    if not term.match_expressions and not term.match_fields:
        return False
    labels = node.labels
    return all(r.matches(labels) for r in term.match_expressions) and all(
        r.matches({NAME_FIELD: node.name}) for r in term.match_fields
    )


def selector_matches(selector: NodeSelector, node: Node) -> bool:
    """Whether a node meets one of the terms."""
    return any(term_matches(term, node) for term in selector.node_selector_terms)


def selects(pod: Pod | PodSpec, node: Node) -> bool:
    """NodeAffinity: `nodeSelector` and the required node affinity of the pod allow the node."""
    spec = pod.spec if isinstance(pod, Pod) else pod
    labels = node.labels
    if any(labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    required = spec.affinity.node_affinity.required
    return required is None or selector_matches(required, node)


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


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """TaintToleration: whether one toleration covers one taint. `Lt` and `Gt` compare the taint's value with its own.

    Upstream: staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go, api/core/v1/toleration.go (v1.36).
    """
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    match toleration.operator:
        case "" | "Equal":
            return toleration.value == taint.value
        case "Exists":
            return True
        case "Lt" | "Gt":
            number = Requirement(key="value", operator=toleration.operator, values=(toleration.value,))
            return number.matches({"value": taint.value})


def tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    """Whether one of the tolerations covers the taint."""
    return any(tolerates(t, taint) for t in tolerations)


def untolerated(pod: Pod | PodSpec, node: Node) -> Taint | None:
    """TaintToleration: the first NoSchedule or NoExecute taint of the node that the pod does not tolerate."""
    spec = pod.spec if isinstance(pod, Pod) else pod
    return next(
        (t for t in node.spec.taints if t.effect in (NO_SCHEDULE, NO_EXECUTE) and not tolerated(t, spec.tolerations)),
        None,
    )


def schedulable(pod: Pod | PodSpec, node: Node) -> bool:
    """NodeUnschedulable: the node is not cordoned, or the pod tolerates that."""
    spec = pod.spec if isinstance(pod, Pod) else pod
    return not node.spec.unschedulable or tolerated(Taint(key=UNSCHEDULABLE, effect=NO_SCHEDULE), spec.tolerations)


def requests(pod: Pod | PodSpec) -> Amounts:
    """NodeResourcesFit: what the pod requests per resource (cpu in milli, the rest in whole units)."""
    return pod_requests(pod.spec if isinstance(pod, Pod) else pod)


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


def host_ports(pod: Pod | PodSpec) -> tuple[HostPort, ...]:
    """NodePorts: the host ports of containers and sidecars; ordinary init containers are gone before they conflict."""
    spec = pod.spec if isinstance(pod, Pod) else pod
    containers = spec.containers + tuple(c for c in spec.init_containers if c.is_sidecar)
    return tuple(
        HostPort(port.host_ip or ANY_ADDRESS, port.protocol or "TCP", port.host_port or port.container_port)
        for container in containers
        for port in container.ports
        if port.host_port or spec.host_network
    )


def feasible_alone(pod: Pod | PodSpec, node: Node) -> bool:
    """Whether the empty node would take the pod: every filter that looks at one node only."""
    return (
        schedulable(pod, node)
        and untolerated(pod, node) is None
        and selects(pod, node)
        and not insufficient(requests(pod), node)
    )


__all__ = [
    "CPU",
    "EPHEMERAL_STORAGE",
    "MEMORY",
    "Amounts",
    "HostPort",
    "allocatable",
    "feasible_alone",
    "host_ports",
    "insufficient",
    "is_extended",
    "is_scalar",
    "named_nodes",
    "requests",
    "schedulable",
    "selector_matches",
    "selects",
    "term_matches",
    "tolerated",
    "tolerates",
    "untolerated",
]
