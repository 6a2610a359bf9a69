"""Whether a property holds in a placement, pod by pod: the core's reference meaning, no formulas of a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kspec.core.evaluate import Valuation, evaluate
from kspec.core.property import Property
from kspec.elaborate.behaviour.still import Stills, size_name
from kspec.elaborate.behaviour.things import Life, Phase, Workload
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
    owners = {(w.namespace, w.kind, w.name): w for w in stills.world.workloads}
    empty = {counter: 0 for counter, life in stills.lives.items() if life.bound}
    blocks: dict[str, dict[str, int]] = {name: dict(empty) for name in nodes}
    numbers = {counter: 0 for counter, life in stills.lives.items() if not life.bound}
    by_life = {life: counter for counter, life in stills.lives.items()}
    for podset in inventory.podsets:
        owner = owners.get((podset.namespace, podset.kind, podset.name))
        if owner is None:
            continue
        numbers[f"{owner.id}.replicas"] = numbers[f"{owner.revisions[0].id}.replicas"] = 0
        running = {pod.name: pod.spec.node_name for pod in podset.running}
        waiting = _daemons(podset.name, nodes, running) if podset.everywhere else podset.names
        for name in (*waiting, *running):
            node = running.get(name) or where.get(f"{podset.namespace}/{name}", "")
            numbers[f"{owner.id}.replicas"] += 1
            numbers[f"{owner.revisions[0].id}.replicas"] += 1
            if node in blocks:
                blocks[node][_counter(owner, name, by_life)] += 1
    classes: list[list[Mapping[str, int]]] = [[] for _ in stills.world.places]
    for name in nodes:
        classes[stills.class_of[name]].append(blocks[name])
    pools = stills.world.design.cluster.pools
    present = set(nodes)
    sizes = {size_name(p.name): sum(f"{p.name}-{i}" in present for i in range(1, p.count.high + 1)) for p in pools}
    return Valuation(numbers, {}, classes, {**numbers, **sizes})


def _daemons(name: str, nodes: list[str], running: Mapping[str, str]) -> Iterator[str]:
    """The names that a DaemonSet's pods get where none runs yet."""
    served = set(running.values())
    return (f"{name}-{node}" for node in nodes if node not in served)


def _counter(owner: Workload, pod: str, by_life: Mapping[Life, str]) -> str:
    """What counts a ready pod; where its further state is not known, the first that may."""
    tail = pod.rpartition("-")[2]
    ordinal = int(tail) if owner.kind == "StatefulSet" and tail.isdigit() else None
    for life, counter in by_life.items():
        fits = life.owner is owner and life.phase is Phase.READY and life.revision.number == _REVISION
        if fits and ordinal in (None, life.ordinal):
            return counter
    raise Unjudged(f"{owner.name}: {pod}")
