"""Which workloads may find no room but that of others, so that they can only run by preempting them."""

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
    """The workloads that displace some other one of these, or all others of less priority together."""
    return frozenset(
        one.resource.ref
        for one in pod_sets
        if any(other is not one and displaces(one, other, cluster) for other in pod_sets)
        or _crowded_out(one, [other for other in pod_sets if other is not one], cluster)
    )


def _crowded_out(one: PodSet, others: Sequence[PodSet], cluster: Cluster) -> bool:
    """All pods of the others together could leave a pod no room where it can go: on some node for a pod that is for
    that node, on all of them for another. Replicas as declared, node pools at their smallest."""
    mine = one.template.spec
    lower = [o for o in others if (o.template.spec.priority or 0) < (mine.priority or 0)]
    if mine.preemption_policy == "Never" or not lower:
        return False
    nodes = [node for node in cluster.at_minimum() if _may_go(mine, node)]
    wanted = pod_requests(mine)
    return any(_full(name, amount, one, others, nodes) for name, amount in wanted.items() if amount)


def _full(name: str, amount: int, one: PodSet, others: Sequence[PodSet], nodes: Sequence[Node]) -> bool:
    room = [list_in_units(node.allocatable).get(name, 0) - amount for node in nodes]
    taken = sum(pod_requests(o.template.spec).get(name, 0) * o.replicas.count for o in others)
    if one.everywhere:
        return bool(room) and taken > min(room)
    own = amount * max(0, one.replicas.count - 1)
    return bool(room) and taken + own > sum(room)


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
