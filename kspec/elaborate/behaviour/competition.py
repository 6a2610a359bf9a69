"""Which workloads cannot be side by side on a node, so that one can only run there by preempting the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.domain.expansion import PodSet
from kspec.domain.matching import HARD_EFFECTS, node_matches, untolerated
from kspec.domain.node import Cluster, Node
from kspec.domain.objects import ObjectRef
from kspec.domain.pod import PodSpec
from kspec.domain.requests import list_in_units, pod_requests


def displaces(one: PodSet, other: PodSet, cluster: Cluster) -> bool:
    """Pods of the first preempt pods of the second on some node, as one of each does not fit there together."""
    mine, theirs = one.template.spec, other.template.spec
    if mine.preemption_policy == "Never" or (mine.priority or 0) <= (theirs.priority or 0):
        return False
    shared = (node for node in _samples(cluster) if _may_go(mine, node) and _may_go(theirs, node))
    return any(not _both_fit(mine, theirs, node) for node in shared)


def preemptors(pod_sets: Sequence[PodSet], cluster: Cluster) -> frozenset[ObjectRef]:
    """The workloads that displace some other one of these."""
    return frozenset(
        one.resource.ref
        for one in pod_sets
        if any(other is not one and displaces(one, other, cluster) for other in pod_sets)
    )


def _samples(cluster: Cluster) -> Iterator[Node]:
    yield from cluster.nodes
    yield from (pool.node(1) for pool in cluster.pools)


def _may_go(spec: PodSpec, node: Node) -> bool:
    offered = list_in_units(node.allocatable)
    fits = all(amount <= offered.get(name, 0) for name, amount in pod_requests(spec).items())
    return fits and node_matches(spec, node) and untolerated(node.spec.taints, spec.tolerations, HARD_EFFECTS) is None


def _both_fit(mine: PodSpec, theirs: PodSpec, node: Node) -> bool:
    offered, more = list_in_units(node.allocatable), pod_requests(theirs)
    return all(amount + more.get(name, 0) <= offered.get(name, 0) for name, amount in pod_requests(mine).items())
