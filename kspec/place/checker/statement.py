"""Whether a property holds in a placement, pod by pod: the core's reference meaning, no formulas of a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kspec.core.evaluate import Valuation, evaluate
from kspec.core.property import Property
from kspec.domain.podset import PodSet
from kspec.elaborate.behaviour.still import Stills, size_name
from kspec.elaborate.behaviour.things import Phase, Workload
from kspec.place.inventory import Inventory

_REVISION = 1
"""The design's own, as nothing has been rolled out since."""


class Unjudged(Exception):
    """The property looks at something that a placement does not have; the message is its name."""


def holds(said: Property, stills: Stills, inventory: Inventory, nodes: Iterable[str], where: Mapping[str, str]) -> bool:
    """Whether a property is true of these nodes, with all pods (by `namespace/name`) ready where they stand.

    Raises `Unjudged`.
    """
    at = _state(stills, inventory, list(nodes), where)
    try:
        return not evaluate(said.premise, at) or bool(evaluate(said.formula, at))
    except KeyError as error:
        raise Unjudged(str(error.args[0])) from error


def _state(stills: Stills, inventory: Inventory, nodes: list[str], where: Mapping[str, str]) -> Valuation:
    """The state in which every pod is ready on its node, as the core sees it."""
    waiting = {counter: 0 for counter, life in stills.lives.items() if not life.bound}
    empty = {counter: 0 for counter, life in stills.lives.items() if life.bound}
    blocks = {name: {**empty, **stills.quiet[stills.class_of[name]]} for name in nodes}
    owners = {workload.path: workload for workload in stills.world.workloads}
    ready = _ready(stills)
    numbers: dict[str, int] = {}
    for podset in inventory.podsets:
        owner = owners.get(podset.workload)
        if owner is None:
            continue
        for thing in (owner.id, owner.revisions[0].id):
            numbers[f"{thing}.replicas"] = podset.replicas.count
        for name, node in _standing(podset, nodes, where):
            if node in blocks:
                blocks[node][_counter(ready, owner, name)] += 1
    classes: list[list[Mapping[str, int]]] = [[] for _ in stills.world.places]
    for name in nodes:
        classes[stills.class_of[name]].append(blocks[name])
    present = set(nodes)
    for pool in stills.world.design.cluster.pools:
        names = (f"{pool.name}-{i}" for i in range(1, pool.count.high + 1))
        numbers[size_name(pool.name)] = sum(name in present for name in names)
    return Valuation(waiting | numbers, {}, classes, numbers)


def _standing(podset: PodSet, nodes: list[str], where: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The workload's pods, each with its node."""
    running = {pod.name: pod.spec.node_name for pod in podset.running}
    yield from running.items()
    served = set(running.values())
    daemons = (f"{podset.name}-{node}" for node in nodes if node not in served)
    for name in daemons if podset.everywhere else podset.names:
        yield name, where.get(f"{podset.namespace}/{name}", "")


def _ready(stills: Stills) -> dict[tuple[Workload, int | None], str]:
    """What counts a ready pod of a workload, with an ordinal or with any: the first that may, where there are more."""
    found: dict[tuple[Workload, int | None], str] = {}
    for counter, life in stills.lives.items():
        if life.phase is Phase.READY and life.revision.number == _REVISION:
            found.setdefault((life.owner, life.ordinal), counter)
            found.setdefault((life.owner, None), counter)
    return found


def _counter(ready: Mapping[tuple[Workload, int | None], str], owner: Workload, pod: str) -> str:
    tail = pod.rpartition("-")[2]
    ordinal = int(tail) if owner.kind == "StatefulSet" and tail.isdigit() else None
    if (owner, ordinal) not in ready:
        raise Unjudged(f"{owner.path}: {pod}")
    return ready[owner, ordinal]
