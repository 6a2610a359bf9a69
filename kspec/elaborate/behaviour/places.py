"""Node classes of a design: nodes that nothing tells apart, for the workloads and questions at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kspec.core.build import const, param, sub
from kspec.core.expr import Expr
from kspec.core.system import NodeClass, Parameter
from kspec.domain.node import HOSTNAME, Cluster, Node, NodePool
from kspec.domain.pod import NodeSelector, PodSpec
from kspec.elaborate.behaviour.things import Place


@dataclass(frozen=True, slots=True)
class Places:
    """The classes, their sizes, and the parameters that sizes use."""

    places: tuple[Place, ...]
    sizes: tuple[Expr, ...]
    params: tuple[Parameter, ...]

    def classes(self) -> tuple[NodeClass, ...]:
        """The classes as the core knows them."""
        return tuple(
            NodeClass(place.name, size, _attributes(place.sample), place.name)
            for place, size in zip(self.places, self.sizes, strict=True)
        )


def node_classes(cluster: Cluster, named: frozenset[str], *, symbolic: bool) -> Places:
    """Group the nodes of a cluster; the named ones stand alone.

    A pool whose count is a range has a parameter as its size if `symbolic`, and its low count otherwise. Pools without
    nodes are left out.
    """
    made: list[tuple[str, Node, tuple[str, ...], Expr, bool]] = []
    params: list[Parameter] = []
    for group in _equal(cluster.nodes, named):
        names = tuple(node.name for node in group)
        made.append((_common_name(names), group[0], names, const(len(group)), len(group) == 1))
    for pool in cluster.pools:
        size: Expr = const(pool.count.low)
        if symbolic and not pool.count.fixed:
            size = param(f"{pool.name}.count")
            params.append(Parameter(f"{pool.name}.count", pool.count.low, pool.count.high))
        made += _of_pool(pool, named, size)
    taken: set[str] = set()
    places = []
    for index, (name, sample, names, _, single) in enumerate(made):
        unique = name if name not in taken else sample.name
        taken.add(unique)
        places.append(Place(index, unique, sample, names, single))
    return Places(tuple(places), tuple(size for _, _, _, size, _ in made), tuple(params))


def _of_pool(
    pool: NodePool, named: frozenset[str], size: Expr
) -> Iterator[tuple[str, Node, tuple[str, ...], Expr, bool]]:
    alone = [i for i in range(1, pool.count.low + 1) if f"{pool.name}-{i}" in named]
    for ordinal in alone:
        node = pool.node(ordinal)
        yield node.name, node, (node.name,), const(1), True
    others = [i for i in range(1, pool.count.low + 1) if i not in alone]
    if others or pool.count.high > pool.count.low > 0:
        names = tuple(f"{pool.name}-{i}" for i in others)
        left = sub(size, len(alone))
        yield pool.name, pool.node((others or [1])[0]), names, left, len(others) == 1 and pool.count.fixed


def _equal(nodes: Sequence[Node], named: frozenset[str]) -> list[list[Node]]:
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        labels = tuple(sorted((k, v) for k, v in node.labels.items() if k != HOSTNAME))
        looks: object = (labels, node.spec.taints, tuple(node.allocatable.items()), node.spec.unschedulable)
        groups.setdefault(node.name if node.name in named else looks, []).append(node)
    return list(groups.values())


def _common_name(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    first, last = min(names), max(names)
    shared = next((i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:shared].rstrip("-.0123456789") or names[0]


def _attributes(sample: Node) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in sorted(sample.labels.items()) if key != HOSTNAME)


def names_asked_for(specs: Iterable[PodSpec]) -> frozenset[str]:
    """Every text in pod specs that could name a node: `nodeName`, selectors, affinity."""
    found: set[str] = set()
    for spec in specs:
        found |= {spec.node_name, *spec.node_selector.values()}
        affinity = spec.affinity.node_affinity
        terms = (affinity.required or NodeSelector()).node_selector_terms + tuple(
            p.preference for p in affinity.preferred
        )
        for term in terms:
            found |= {value for r in (*term.match_expressions, *term.match_fields) for value in r.values}
    return frozenset(found)
