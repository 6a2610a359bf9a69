"""Which nodes refused a pod, and why.

Upstream: pkg/scheduler/framework/types.go (`Diagnosis`, `NodeToStatus`) (v1.36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.status import OK, RULED_OUT, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts


class Diagnosis:
    """The status of every node that was examined and refused; nodes that were not have the `absent` status."""

    def __init__(self, size: int) -> None:
        self.absent = RULED_OUT
        self.pre_filter_message = ""
        self._code: Ints = np.zeros(size, np.int64)
        self._statuses: list[Status] = [OK]
        self._index: dict[Status, int] = {OK: 0}

    def record(self, slots: Slots, verdicts: list[Verdicts]) -> None:
        """Note, for nodes that were examined and refused, the first of the filters that refused them."""
        left = slots
        for verdict in verdicts:
            codes = verdict.codes[left]
            failed = codes != 0
            if failed.any():
                for code in np.unique(codes[failed]):
                    self._code[left[codes == code]] = self._intern(verdict.describe(int(code)))
                left = left[~failed]

    def put(self, slot: int, status: Status) -> None:
        """Note the status of one node."""
        self._code[slot] = 0 if status.ok else self._intern(status)

    def put_all(self, slots: Slots, status: Status) -> None:
        """Note the same status for several nodes."""
        self._code[slots] = self._intern(status)

    def get(self, slot: int) -> Status:
        """The status of a node; the absent one where it has none of its own."""
        code = self._code[slot]
        return self._statuses[code] if code else self.absent

    def explicit(self) -> Iterator[tuple[int, Status]]:
        """The nodes that were refused one by one."""
        for slot in np.flatnonzero(self._code):
            yield int(slot), self._statuses[self._code[slot]]

    def count(self) -> int:
        return int(np.count_nonzero(self._code))

    def with_code(self, code: Code, order: Slots) -> Slots:
        """The slots, in this order, whose status has a code."""
        hits = np.array([status.code is code for status in self._statuses])
        hits[0] = self.absent.code is code
        chosen: Slots = order[hits[self._code[order]]]
        return chosen

    def plugins(self) -> set[str]:
        """The plugins that refused the pod somewhere."""
        used = {self._statuses[code].plugin for code in np.unique(self._code) if code}
        return {name for name in (*used, self.absent.plugin) if name}

    def reasons(self, nodes: int) -> Counter[str]:
        """How often each reason was given, in a cluster of so many nodes."""
        counts: Counter[str] = Counter()
        codes, times = np.unique(self._code, return_counts=True)
        for code, number in zip(codes, times, strict=True):
            if code:
                for reason in self._statuses[code].reasons:
                    counts[reason] += int(number)
        others = nodes - self.count()
        if others > 0:
            for reason in self.absent.reasons:
                counts[reason] += others
        return counts

    def _intern(self, status: Status) -> int:
        index = self._index.get(status)
        if index is None:
            index = self._index[status] = len(self._statuses)
            self._statuses.append(status)
        return index
