"""The nodes of a cluster, each in a slot: the index under which every array has its data.

Upstream: pkg/scheduler/backend/cache/node_tree.go (the order in which nodes are examined) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kspec.domain.node import REGION, ZONE, Node
from kspec.scheduler.framework.arrays import Bools, ChangeLog, Ints, Slots

_OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
_OLD_REGION = "failure-domain.beta.kubernetes.io/region"
_Scalar = TypeVar("_Scalar", bound=np.generic)


class Domains:
    """The domains of a topology key, numbered from 1: which slot lies in which, 0 where the label is missing."""

    def __init__(self, key: str, size: int) -> None:
        self.key = key
        self.of: Slots = np.zeros(size, np.intp)
        self._numbers: dict[str, int] = {}
        self._single: bool | None = None

    def __len__(self) -> int:
        """How many domains there are or have been."""
        return len(self._numbers)

    @property
    def present(self) -> Bools:
        return np.greater(self.of, 0)

    @property
    def single(self) -> bool:
        """Whether no two nodes share a domain, as with host names."""
        if self._single is None:
            self._single = bool((np.bincount(self.of)[1:] <= 1).all())
        return self._single

    def put(self, slot: int, value: str | None) -> None:
        self.of[slot] = 0 if value is None else self._numbers.setdefault(value, len(self._numbers) + 1)
        self._single = None

    def grow(self, size: int) -> None:
        self.of = grown(self.of, size)

    def sums(self, pods: Ints) -> NDArray[np.float64]:
        """The sum over the slots of each domain; what has no domain is summed at 0."""
        return np.bincount(self.of, weights=pods, minlength=len(self) + 1).astype(np.float64, copy=False)


class NodeTable:
    """Slots and what is in them. A removed node leaves an empty slot, which the next new node takes."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        listed = list(nodes)
        self.size = 0
        self.nodes: list[Node | None] = []
        self.slot: dict[str, int] = {}
        self.alive: Bools = np.zeros(0, np.bool_)
        self.log = ChangeLog()
        self._free: list[int] = []
        self._zones: dict[tuple[str, str], dict[int, None]] = {}
        self._order: Slots | None = None
        self._domains: dict[str, Domains] = {}
        self._grow(len(listed))
        for node in listed:
            self.add(node)

    def __len__(self) -> int:
        return len(self.slot)

    def __iter__(self) -> Iterator[Node]:
        return (self.at(slot) for slot in self.slot.values())

    def at(self, slot: int) -> Node:
        node = self.nodes[slot]
        if node is None:
            raise LookupError(f"slot {slot} is empty")
        return node

    def name(self, slot: int) -> str:
        return self.at(slot).name

    def add(self, node: Node) -> int:
        """Put a node in a slot; one of the same name is replaced in place."""
        if node.name in self.slot:
            return self.update(node)
        if not self._free:
            self._grow(max(8, self.size * 2))
        slot = self._free.pop()
        self.slot[node.name] = slot
        self.alive[slot] = True
        self._zones.setdefault(_zone(node), {})[slot] = None
        self._order = None
        self._put(slot, node)
        return slot

    def update(self, node: Node) -> int:
        slot = self.slot[node.name]
        before, after = _zone(self.at(slot)), _zone(node)
        if before != after:
            self._leave_zone(before, slot)
            self._zones.setdefault(after, {})[slot] = None
            self._order = None
        self._put(slot, node)
        return slot

    def remove(self, name: str) -> int:
        slot = self.slot.pop(name)
        self._leave_zone(_zone(self.at(slot)), slot)
        self.nodes[slot] = None
        self.alive[slot] = False
        self._free.append(slot)
        self._order = None
        for domains in self._domains.values():
            domains.put(slot, None)
        self.log.append(slot)
        return slot

    @property
    def order(self) -> Slots:
        """The slots in the order in which nodes are examined: one node of each zone in turn."""
        if self._order is None:
            zones = [list(slots) for slots in self._zones.values()]
            rounds = range(max((len(z) for z in zones), default=0))
            self._order = np.array([z[i] for i in rounds for z in zones if i < len(z)], np.intp)
        return self._order

    def domains(self, key: str) -> Domains:
        """The domains of a topology key, kept up to date from then on."""
        domains = self._domains.get(key)
        if domains is None:
            domains = self._domains[key] = Domains(key, self.size)
            for slot in self.slot.values():
                domains.put(slot, self.at(slot).labels.get(key))
        return domains

    def _put(self, slot: int, node: Node) -> None:
        self.nodes[slot] = node
        for key, domains in self._domains.items():
            domains.put(slot, node.labels.get(key))
        self.log.append(slot)

    def _leave_zone(self, zone: tuple[str, str], slot: int) -> None:
        slots = self._zones[zone]
        del slots[slot]
        if not slots:
            del self._zones[zone]

    def _grow(self, size: int) -> None:
        self._free.extend(range(size - 1, self.size - 1, -1))
        self.nodes.extend([None] * (size - self.size))
        self.alive = grown(self.alive, size)
        for domains in self._domains.values():
            domains.grow(size)
        self.size = size


def grown(array: NDArray[_Scalar], size: int, fill: int = 0) -> NDArray[_Scalar]:
    """The array, made longer."""
    out = np.full(size, fill, array.dtype)
    out[: len(array)] = array
    return out


def _zone(node: Node) -> tuple[str, str]:
    """Region and zone of a node (upstream `GetZoneKey`)."""
    labels = node.labels
    return labels.get(_OLD_REGION, labels.get(REGION, "")), labels.get(_OLD_ZONE, labels.get(ZONE, ""))
