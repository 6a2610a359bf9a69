"""Seconds the user grants, as deterministic effort.

Work is counted in Z3's resource units and spent from a purse, so that the same question gets the same answer on every
machine; the rate is what a common machine of 2025 does. A clock only backs it up where units go astray.
"""

from __future__ import annotations

from dataclasses import dataclass

RATE = 8_000_000
"""Resource units that count as one second."""
TRADE = 20_000
"""Resource units that one step of the repair search counts as."""
_BACKSTOP = 4.0


@dataclass
class Purse:
    """What is left of a budget."""

    units: int
    spent: int = 0

    @staticmethod
    def of(seconds: float) -> Purse:
        return Purse(max(1, int(seconds * RATE)))

    @property
    def left(self) -> int:
        return max(0, self.units - self.spent)

    @property
    def empty(self) -> bool:
        return self.left == 0

    def share(self, part: float) -> int:
        """A part of the whole budget, as far as it is left; never 0, which would mean no bound."""
        return max(1, min(self.left, int(self.units * part)))

    def spend(self, units: int) -> None:
        self.spent += units

    def seconds(self, units: int) -> float:
        """The clock that backs up an effort."""
        return _BACKSTOP * units / RATE + 1.0
