"""The nodes of a design, as rules ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.domain.matching import hard_taints, node_matches, untolerated
from kspec.domain.node import Node
from kspec.domain.pod import PodSpec, Toleration
from kspec.lint.index import Index
from kspec.lint.sources import PodSource

_DAEMONS = (
    Toleration(key="node.kubernetes.io/not-ready", operator="Exists", effect="NoExecute"),
    Toleration(key="node.kubernetes.io/unreachable", operator="Exists", effect="NoExecute"),
    Toleration(key="node.kubernetes.io/unschedulable", operator="Exists", effect="NoSchedule"),
)


def all_nodes(index: Index) -> tuple[Node, ...]:
    """Every kind of node: those listed, and one of each pool, also where a pool is empty now."""
    return index.cluster.nodes + tuple(p.node(1) for p in index.cluster.pools)


def most_nodes(index: Index) -> tuple[Node, ...]:
    """As many nodes as there can be: every pool at its high count."""
    cluster = index.cluster
    return cluster.nodes + tuple(p.node(i) for p in cluster.pools for i in range(1, p.count.high + 1))


def usable(spec: PodSpec, nodes: Sequence[Node]) -> list[Node]:
    """The nodes whose labels and taints let a pod in."""
    return [n for n in nodes if node_matches(spec, n) and untolerated(hard_taints(n), spec.tolerations) is None]


def tolerations_of(pods: PodSource) -> tuple[Toleration, ...]:
    """A pod's tolerations, with those that the controller of a DaemonSet adds."""
    return (*pods.spec.tolerations, *(_DAEMONS if pods.kind == "DaemonSet" else ()))
