"""The nodes of a design, sorted into sets of equal ones: declared pools, and listed nodes that differ in name only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.domain.node import Cluster, Node, NodePool
from kspec.domain.objects import Resource
from kspec.place import wording
from kspec.place.problem import Mask, NodeSet, Requirement, Why
from kspec.source.tree import NOWHERE, Origin


@dataclass(frozen=True, eq=False)
class Fleet:
    """All nodes there are or may be, the optional ones marked; node sets; how many nodes each may have."""

    nodes: tuple[Node, ...]
    optional: Mask
    nodesets: tuple[NodeSet, ...]
    requirements: tuple[Requirement, ...]


def fleet(resources: Iterable[Resource], cluster: Cluster, origins: Mapping[str, Origin]) -> Fleet:
    """Pools of the cluster, then its nodes, then Node objects; one name counts once."""
    written = {r.name: r for r in resources if r.kind == "Node"}
    listed = {node.name: node for node in cluster.nodes} | {name: r.as_(Node) for name, r in written.items()}
    nodes: list[Node] = []
    optional: list[bool] = []
    nodesets: list[NodeSet] = []
    requirements: list[Requirement] = []
    for pool in cluster.pools:
        ordinals = range(1, pool.count.high + 1)
        if not ordinals:
            continue
        sites = tuple(range(len(nodes), len(nodes) + len(ordinals)))
        nodes += _pool_nodes(pool, ordinals)
        optional += [n > pool.count.low for n in ordinals]
        name = f"pool {pool.name}"
        nodesets.append(NodeSet(name, sites, pool.count.low, len(requirements), (), pool.name, pool.price))
        requirements.append(_pool_requirement(pool, name, origins.get(pool.name, NOWHERE)))
    for alike in _alike(listed.values()):
        sites = tuple(range(len(nodes), len(nodes) + len(alike)))
        nodes += alike
        optional += [False] * len(alike)
        name = _name(alike)
        nodesets.append(NodeSet(name, sites, len(alike), len(requirements), ()))
        requirements.append(_listed_requirement(alike, name, written.get(alike[0].name)))
    return Fleet(tuple(nodes), np.array(optional, dtype=bool), tuple(nodesets), tuple(requirements))


def _pool_nodes(pool: NodePool, ordinals: range) -> list[Node]:
    """The nodes of a pool. They differ in name and hostname only, so one is made in full and the others copied."""
    first = pool.node(ordinals[0])
    nodes = [first]
    for ordinal in ordinals[1:]:
        name = f"{pool.name}-{ordinal}"
        labels = {k: name if v == first.name else v for k, v in first.labels.items()}
        metadata = first.metadata.model_copy(update={"name": name, "labels": labels})
        nodes.append(first.model_copy(update={"metadata": metadata}))
    return nodes


def _pool_requirement(pool: NodePool, name: str, origin: Origin) -> Requirement:
    most = "at most " if not pool.count.fixed else ""
    message = f"{name} has {most}{wording.plural(pool.count.high, 'node')}"
    return Requirement(f"{name}:{Why.NODES.value}", Why.NODES, name, message, origin.at(("count",)), name, ("count",))


def _listed_requirement(alike: Sequence[Node], name: str, resource: Resource | None) -> Requirement:
    message = f"there is one {name}" if len(alike) == 1 else f"there are {len(alike)} such nodes: {name}"
    span = resource.at("metadata", "name") if resource else None
    path = ("metadata", "name")
    return Requirement(f"{name}:{Why.NODES.value}", Why.NODES, name, message, span, f"Node/{alike[0].name}", path)


def _name(alike: Sequence[Node]) -> str:
    return f"node {alike[0].name}" if len(alike) == 1 else f"nodes {wording.some([n.name for n in alike])}"


def _alike(nodes: Iterable[Node]) -> list[list[Node]]:
    """Nodes that agree in allocatable, taints and labels, but for labels that tell every node apart."""
    nodes = list(nodes)
    values: dict[str, list[str]] = {}
    for node in nodes:
        for key, value in node.labels.items():
            values.setdefault(key, []).append(value)
    telling = {key for key, seen in values.items() if len(set(seen)) == len(seen) == len(nodes)}
    found: dict[object, list[Node]] = {}
    for node in nodes:
        labels = tuple(sorted((k, v) for k, v in node.labels.items() if k not in telling))
        taints = tuple((t.key, t.value, t.effect) for t in node.spec.taints)
        offered = tuple(sorted((k, q.amount) for k, q in node.allocatable.items()))
        found.setdefault((labels, taints, node.spec.unschedulable, offered), []).append(node)
    return list(found.values())
