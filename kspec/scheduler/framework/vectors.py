"""Vectors over nodes that follow the cluster: what a plugin thinks of every node, recomputed only where a node changed.

A node-local question (does it fit, how well is it balanced) depends on the pod's template and on one node. Its answers
are kept per question; between two pods that ask the same, only the nodes that changed in between are looked at again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np

from kspec.scheduler.framework.arrays import ChangeLog, Ints, Slots

Compute = Callable[[Slots], Ints]


class LocalVector:
    """One value per slot, from `compute`, which is given the slots to (re)compute."""

    __slots__ = ("_compute", "_position", "_values")

    def __init__(self, compute: Compute) -> None:
        self._compute = compute
        self._values: Ints | None = None
        self._position = -1

    def current(self, log: ChangeLog, size: int) -> Ints:
        """The values, after looking at what changed. Read them before the cluster changes again; do not write."""
        values = self._values
        position = log.position
        if values is not None and self._position == position and len(values) == size:
            return values
        changed = log.since(self._position) if values is not None and len(values) == size else None
        if values is None or changed is None or len(changed) * 4 > size:
            values = self._values = self._compute(np.arange(size, dtype=np.intp))
        else:
            slots = np.array(changed, np.intp)
            values[slots] = self._compute(slots)
        self._position = position
        return values


class VectorStore:
    """The vectors in use, the least recently asked for forgotten first."""

    def __init__(self, limit: int = 512) -> None:
        self._limit = limit
        self._vectors: OrderedDict[Hashable, LocalVector] = OrderedDict()

    def get(self, key: Hashable, compute: Compute) -> LocalVector:
        """The vector under `key`, which must name everything `compute` depends on besides the nodes."""
        vector = self._vectors.get(key)
        if vector is None:
            vector = self._vectors[key] = LocalVector(compute)
            if len(self._vectors) > self._limit:
                self._vectors.popitem(last=False)
        else:
            self._vectors.move_to_end(key)
        return vector
