"""What a design offers and asks for, read anew for checking proofs: nothing of the solver's encodings is in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kspec.domain.node import Node
from kspec.domain.pod import PodSpec, TopologySpreadConstraint
from kspec.domain.podset import PodSet
from kspec.place.checker.alone import asks, refusals, share_port
from kspec.place.checker.among import means
from kspec.place.checker.crowd import Crowd, Kind
from kspec.place.inventory import Inventory


@dataclass(frozen=True, eq=False)
class Asker:
    """Pods of one workload that go together: how many, what each asks for, and their labels."""

    podset: PodSet
    spec: PodSpec
    count: int

    @property
    def everywhere(self) -> bool:
        return self.podset.everywhere

    @cached_property
    def wants(self) -> dict[str, int]:
        return {r: amount for r, amount in {**asks(self.spec), "pods": 1}.items() if amount > 0}

    @cached_property
    def kind(self) -> Kind:
        """The pods as the checker sees them."""
        return Kind(self.podset.namespace, self.podset.template.metadata.labels, self.spec, False, False)

    @property
    def spreads(self) -> list[TopologySpreadConstraint]:
        return [c for c in self.spec.topology_spread_constraints if c.when_unsatisfiable == "DoNotSchedule"]


class World:
    """Nodes with what running pods leave of them, and who asks for a place."""

    def __init__(self, inventory: Inventory, optional: Mapping[str, bool]) -> None:
        self.inventory, self.optional = inventory, optional
        self.nodes = {n.metadata.name: n for n in inventory.nodes}
        self.podsets = {s.workload: s for s in inventory.podsets}
        self.crowd = Crowd(self.nodes, (), inventory.namespaces)
        self._may: dict[tuple[int, str], bool] = {}

    def asker(self, workload: str, pods: int) -> Asker | None:
        """The pods that a variable counts; only all of a workload's are known here."""
        podset = self.podsets.get(workload)
        if podset is None or pods != len(podset.names):
            return None
        return Asker(podset, podset.template.spec, len(podset.names))

    @cached_property
    def running(self) -> bool:
        return any(s.running for s in self.inventory.podsets)

    @cached_property
    def free(self) -> dict[str, dict[str, int]]:
        """Per node what running pods leave; below nothing counts as nothing."""
        left: dict[str, dict[str, int]] = {}
        for name, node in self.nodes.items():
            offered = node.status.allocatable or node.status.capacity
            left[name] = {r: _whole(r, q.amount) for r, q in offered.items()}
        for podset in self.inventory.podsets:
            for pod in podset.running:
                here = left.get(pod.spec.node_name)
                for resource, amount in {**asks(pod.spec), "pods": 1}.items() if here is not None else ():
                    if here is not None:
                        here[resource] = here.get(resource, 0) - amount
        return {n: {r: max(0, amount) for r, amount in here.items()} for n, here in left.items()}

    def admits(self, asker: Asker, name: str) -> bool:
        """Whether labels, taints and the size of the empty node let one of the pods stand there."""
        key = (id(asker.podset), name)
        if key not in self._may:
            node, free = self.nodes[name], self.free[name]
            fits = all(free.get(r, 0) >= amount for r, amount in asker.wants.items())
            self._may[key] = fits and not any(refusals(asker.spec, node))
        return self._may[key]

    def apart(self, one: Asker, other: Asker, key: str) -> bool:
        """Whether pods of the two never share a domain of a label."""
        pairs = ((one, other), (other, one))
        return any(
            term.topology_key == key and means(self.crowd, term, a.kind, b.kind)
            for a, b in pairs
            for term in a.spec.affinity.pod_anti_affinity.required
        )

    def alone(self, one: Asker, other: Asker, name: str) -> bool:
        """Whether they never share this node, by a label that only this node has the value of."""
        if share_port(one.spec, other.spec):
            return True
        labels = self.nodes[name].metadata.labels
        keys = {t.topology_key for a in (one, other) for t in a.spec.affinity.pod_anti_affinity.required}
        return any(key in labels and self.apart(one, other, key) for key in keys)

    def daemons_on(self, name: str) -> dict[str, int]:
        """What daemons will ask of a node that they do not run on yet."""
        taken: dict[str, int] = {}
        for podset in self.inventory.podsets:
            if podset.everywhere and name not in {p.spec.node_name for p in podset.running}:
                asker = Asker(podset, podset.template.spec, 0)
                if self.due(asker, self.nodes[name]):
                    for resource, amount in asker.wants.items():
                        taken[resource] = taken.get(resource, 0) + amount
        return taken

    def due(self, asker: Asker, node: Node) -> bool:
        """Whether a daemon has to have a pod on a node that it has none on."""
        served = {p.spec.node_name for p in asker.podset.running}
        return node.metadata.name not in served and not any(refusals(asker.spec, node))


def _whole(resource: str, amount: Fraction) -> int:

    return int(amount * (1000 if resource == "cpu" else 1) // 1)
