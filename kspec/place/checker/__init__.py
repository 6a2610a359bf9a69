"""The independent judge of placements.

It takes nodes, pods and an assignment, and reads Kubernetes' rules anew: it shares no code with the solver nor with the
rules that build a problem. Whatever a solver claims to have placed passes here before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kspec.domain.expansion import PodSet
from kspec.domain.node import Node
from kspec.domain.storage import PersistentVolumeClaim
from kspec.place.checker.alone import on_the_right_node, one_pod_a_port, refusals, within_what_nodes_have
from kspec.place.checker.among import evenly_spread, kept_apart, near_their_friends
from kspec.place.checker.crowd import Member, Violation, gather
from kspec.place.checker.storage import Store, volumes_in_reach
from kspec.place.inventory import Inventory

__all__ = ["Violation", "check"]


def check(inventory: Inventory, nodes: Iterable[str], assignment: Mapping[str, str]) -> list[Violation]:
    """What is wrong with an assignment of pods (`namespace/name`) to nodes, given the nodes that are there.

    Every pod of the inventory must have a node, every pod of a DaemonSet the node it is for, and no other pod one.
    """
    there = set(nodes)
    present = [n for n in inventory.nodes if n.metadata.name in there]
    by_name = {n.metadata.name: n for n in present}
    wanted = {m.key: m for s in inventory.podsets for m in _members(s)}
    daemons = dict(_daemons(inventory.podsets, present))
    wanted |= {member.key: member for member, _ in daemons.values()}
    wrong = list(_attendance(wanted, daemons, by_name, assignment))
    if wrong:
        return wrong
    placed = [(wanted[key], node) for key, node in assignment.items()]
    running = (p for s in inventory.podsets for p in s.running if p.spec.node_name in by_name)
    placed += [(Member.running(pod), pod.spec.node_name) for pod in running]
    crowd = gather(present, placed, inventory.namespaces)
    claims = _claims_of_sets(inventory.podsets) | dict(inventory.storage.claims)
    store = Store(claims, inventory.storage.volumes, inventory.storage.classes, inventory.storage.csi_nodes)
    return [
        *on_the_right_node(crowd),
        *within_what_nodes_have(crowd),
        *one_pod_a_port(crowd),
        *kept_apart(crowd),
        *near_their_friends(crowd),
        *evenly_spread(crowd),
        *volumes_in_reach(by_name, placed, store),
    ]


def _members(podset: PodSet) -> Iterator[Member]:
    """The pods of a workload that need a node."""
    labels = podset.template.metadata.labels
    for name in podset.names:
        yield Member(f"{podset.namespace}/{name}", podset.namespace, labels, podset.spec_of(name))


def _daemons(podsets: Sequence[PodSet], nodes: Sequence[Node]) -> Iterator[tuple[str, tuple[Member, str]]]:
    """The pods that DaemonSets want, each with the node that it is for."""
    for podset in (s for s in podsets if s.everywhere):
        served = {p.spec.node_name for p in podset.running}
        spec, labels = podset.template.spec, podset.template.metadata.labels
        for node in nodes:
            name = node.metadata.name
            if name not in served and not any(refusals(spec, node)):
                key = f"{podset.namespace}/{podset.name}-{name}"
                yield key, (Member(key, podset.namespace, labels, spec), name)


def _attendance(
    wanted: Mapping[str, Member],
    daemons: Mapping[str, tuple[Member, str]],
    nodes: Mapping[str, Node],
    assignment: Mapping[str, str],
) -> Iterator[Violation]:
    for pod in sorted(wanted.keys() - assignment.keys()):
        yield Violation(pod, "", "Replicas", "the pod has no node")
    for pod, node in assignment.items():
        if pod not in wanted:
            yield Violation(pod, node, "Replicas", "nobody asked for this pod")
        elif node not in nodes:
            yield Violation(pod, node, "NodeName", "there is no such node")
        elif pod in daemons and daemons[pod][1] != node:
            yield Violation(pod, node, "NodeName", f"the pod is for node {daemons[pod][1]}")


def _claims_of_sets(podsets: Sequence[PodSet]) -> dict[str, PersistentVolumeClaim]:
    """The claims that StatefulSets make for their pods."""
    return {f"{s.namespace}/{claim.name}-{pod}": claim for s in podsets for claim in s.claims for pod in s.names}
