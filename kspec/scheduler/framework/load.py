"""What is requested and what is allocatable on every node, one column a resource.

Upstream: pkg/scheduler/framework/types.go (`NodeInfo.Requested`, `NonZeroRequested`, `Allocatable`) (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.scheduler.framework.arrays import ChangeLog, Ints
from kspec.scheduler.framework.nodetable import grown
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.resources import CPU, MEMORY, PODS, Amounts


class Load:
    """Columns over slots. `log` tells which slots changed since a reader last looked."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._allocatable: dict[str, Ints] = {}
        self._requested: dict[str, Ints] = {}
        self._non_zero: dict[str, Ints] = {CPU: np.zeros(size, np.int64), MEMORY: np.zeros(size, np.int64)}
        self.log = ChangeLog()
        self.pods = self.requested(PODS)

    def grow(self, size: int) -> None:
        self._size = size
        for columns in (self._allocatable, self._requested, self._non_zero):
            for name, column in columns.items():
                columns[name] = grown(column, size)
        self.pods = self.requested(PODS)

    def allocatable(self, resource: str) -> Ints:
        return self._column(self._allocatable, resource)

    def requested(self, resource: str) -> Ints:
        return self._column(self._requested, resource)

    def non_zero(self, resource: str) -> Ints:
        """What is requested where a missing cpu or memory request counts with its default."""
        column = self._non_zero.get(resource)
        return self.requested(resource) if column is None else column

    def offer(self, slot: int, allocatable: Amounts) -> None:
        """The node in this slot has these resources, and no others."""
        for column in self._allocatable.values():
            column[slot] = 0
        for name, amount in allocatable.items():
            self.allocatable(name)[slot] = amount
        self.log.append(slot)

    def change(self, pod: PodInfo, slot: int, by: int) -> None:
        """A pod came to (`by` 1) or left (-1) a node."""
        template = pod.template
        for name, amount in template.requests.items():
            column = self._requested.get(name)
            if column is None:
                column = self.requested(name)
            column[slot] += by * amount
        self.pods[slot] += by
        self._non_zero[CPU][slot] += by * template.non_zero.cpu
        self._non_zero[MEMORY][slot] += by * template.non_zero.memory
        self.log.append(slot)

    def _column(self, columns: dict[str, Ints], resource: str) -> Ints:
        column = columns.get(resource)
        if column is None:
            column = columns[resource] = np.zeros(self._size, np.int64)
        return column
