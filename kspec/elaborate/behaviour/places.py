"""Node classes of a design: nodes that nothing tells apart, for the workloads and questions at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kspec.core.build import add, const, param, sub
from kspec.core.expr import Const, Expr
from kspec.core.system import NodeClass, Parameter
from kspec.domain.node import HOSTNAME, Cluster, Node, NodePool
from kspec.domain.pod import NodeSelector, NodeSelectorTerm, PodSpec
from kspec.domain.storage import PersistentVolume
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


Taken = Callable[[Node], dict[str, int]]
"""What pods that are not looked at take from a node."""


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    sample: Node
    names: tuple[str, ...]
    size: Expr
    single: bool
    taken: dict[str, int]
    pool: str
    autoscaled: bool = False
    spare: bool = False
    later: frozenset[str] = frozenset()


def node_classes(
    cluster: Cluster, named: frozenset[str], taken: Taken, *, symbolic: bool, autoscaled: bool = False
) -> Places:
    """Group the nodes of a cluster: those alike in attributes and load; the named ones stand alone.

    A pool whose count is a range has a parameter as its size if `symbolic`, and its low count otherwise. With
    `autoscaled` all its nodes are there, those above its low count as spare ones. Pools without nodes are left out.
    """
    made = [_listed(group, taken) for group in _equal(cluster.nodes, named, taken)]
    params: list[Parameter] = []
    for pool in cluster.pools:
        size: Expr = const(pool.count.low)
        grows = autoscaled and not pool.count.fixed
        if symbolic and not pool.count.fixed and not grows:
            size = param(f"{pool.name}.count")
            params.append(Parameter(f"{pool.name}.count", pool.count.low, pool.count.high))
        made += (replace(one, autoscaled=grows) for one in _of_pool(pool, named, taken, size))
        if grows:
            made += _spare(pool, named, taken)
    taken_names: set[str] = set()
    places = []
    for index, one in enumerate(made):
        unique = one.name if one.name not in taken_names else one.sample.name
        taken_names.add(unique)
        about = (one.sample, one.names, one.single, one.taken, one.pool, one.autoscaled, one.spare, one.later)
        places.append(Place(index, unique, *about))
    return Places(tuple(places), tuple(one.size for one in made), tuple(params))


def _listed(group: list[Node], taken: Taken) -> _Class:
    names = tuple(node.name for node in group)
    name = _common_name(names)
    return _Class(name, group[0], names, const(len(group)), len(group) == 1, taken(group[0]), name)


def _of_pool(pool: NodePool, named: frozenset[str], taken: Taken, size: Expr) -> Iterator[_Class]:
    """The nodes there are at least, by load, and with the last group whatever more there may be."""
    ordinals = range(1, pool.count.low + 1)
    groups: dict[object, list[int]] = {}
    for ordinal in ordinals:
        node = pool.node(ordinal)
        load: object = tuple(sorted(taken(node).items()))
        groups.setdefault(node.name if node.name in named else load, []).append(ordinal)
    more = sub(size, pool.count.low)
    idle = pool.node(pool.count.low + 1)
    idle_load = tuple(sorted(taken(idle).items()))
    if not isinstance(more, Const) and idle_load not in groups:
        groups[idle_load] = []
    for key, members in groups.items():
        grows = key == idle_load and not isinstance(more, Const)
        count = add(more, len(members)) if grows else const(len(members))
        sample = pool.node(members[0]) if members else idle
        names = tuple(f"{pool.name}-{i}" for i in members)
        alone = len(members) == 1 and not grows
        named_alone = alone and (sample.name in named or len(groups) > 1)
        name = sample.name if named_alone else pool.name
        beyond = range(pool.count.low + 1, pool.count.high + 1) if grows else ()
        later = frozenset(f"{pool.name}-{i}" for i in beyond)
        yield _Class(name, sample, names, count, alone, taken(sample), pool.name, later=later)


def _spare(pool: NodePool, named: frozenset[str], taken: Taken) -> Iterator[_Class]:
    """The nodes an autoscaler may add; those that are asked for by name stand alone."""
    nodes = [pool.node(ordinal) for ordinal in range(pool.count.low + 1, pool.count.high + 1)]
    groups = [[node] for node in nodes if node.name in named]
    groups.append([node for node in nodes if node.name not in named])
    for group in filter(None, groups):
        sample, names = group[0], tuple(node.name for node in group)
        name = sample.name if sample.name in named else f"{pool.name}-spare"
        yield _Class(name, sample, names, const(len(group)), len(group) == 1, taken(sample), pool.name, True, True)


def _equal(nodes: Sequence[Node], named: frozenset[str], taken: Taken) -> list[list[Node]]:
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        labels = tuple(sorted((k, v) for k, v in node.labels.items() if k != HOSTNAME))
        load = tuple(sorted(taken(node).items()))
        looks: object = (labels, node.spec.taints, tuple(node.allocatable.items()), node.spec.unschedulable, load)
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


def names_asked_for(specs: Iterable[PodSpec], volumes: Iterable[PersistentVolume] = ()) -> frozenset[str]:
    """Every text in pod specs and volumes that could name a node: `nodeName`, selectors, affinity."""
    found: set[str] = set()
    for volume in volumes:
        found |= _values((volume.spec.node_affinity.required or NodeSelector()).node_selector_terms)
    for spec in specs:
        found |= {spec.node_name, *spec.node_selector.values()}
        affinity = spec.affinity.node_affinity
        terms = (affinity.required or NodeSelector()).node_selector_terms + tuple(
            p.preference for p in affinity.preferred
        )
        found |= _values(terms)
    return frozenset(found)


def _values(terms: Iterable[NodeSelectorTerm]) -> set[str]:
    return {value for term in terms for r in (*term.match_expressions, *term.match_fields) for value in r.values}
