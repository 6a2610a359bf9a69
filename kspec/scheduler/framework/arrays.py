"""Array types, and a log of which nodes changed."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Slots: TypeAlias = NDArray[np.intp]


class ChangeLog:
    """The slots that changed, in order. A reader keeps its position and asks what happened since."""

    _LIMIT = 1 << 20

    def __init__(self) -> None:
        self._entries: list[int] = []
        self._dropped = 0

    @property
    def position(self) -> int:
        """Grows with every entry."""
        return self._dropped + len(self._entries)

    def append(self, slot: int) -> None:
        self._entries.append(slot)
        if len(self._entries) > self._LIMIT:
            half = len(self._entries) // 2
            self._dropped += half
            del self._entries[:half]

    def since(self, position: int) -> list[int] | None:
        """The entries after a position, or None where the log no longer reaches back that far."""
        if position < self._dropped:
            return None
        return self._entries[position - self._dropped :]
