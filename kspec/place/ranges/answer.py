"""How many nodes the sizes of a workload need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Enough(Enum):
    """Whether there are nodes enough: yes, proved not to be, or nobody knows."""

    YES = "enough"
    NO = "infeasible"
    OPEN = "unknown"


@dataclass(frozen=True, slots=True)
class Size:
    """With so many replicas everything has a place on `nodes` nodes (with pods other than daemons'), and on fewer than
    `bound` it has none. `bound` is None where there is no placement at all."""

    replicas: int
    enough: Enough
    nodes: int | None
    bound: int | None

    @property
    def optimal(self) -> bool:
        """No placement has fewer, proved."""
        return self.enough is Enough.NO or (self.nodes is not None and self.nodes == self.bound)


@dataclass(frozen=True, slots=True)
class Whole:
    """The same nodes for every size: on `names` each has a placement, on fewer than `bound` some have none.

    `optional` are the nodes of pools that are there and need not be. `how` says why on these nodes every size has a
    placement. `summary` is the conflict at the smallest size that has none.
    """

    enough: Enough
    nodes: int | None = None
    bound: int | None = None
    names: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    how: str = ""
    summary: str = ""

    @property
    def optimal(self) -> bool:
        return self.enough is Enough.NO or (self.nodes is not None and self.nodes == self.bound)


@dataclass(frozen=True, slots=True)
class Range:
    """An autoscaled workload (`namespace/Kind/name`), its sizes from the fewest replicas to the most, and all together.

    `monotone`: proved that wherever a size has a placement, every smaller one has one on the same nodes. `note` tells
    why sizes of the autoscaler's range are left out.
    """

    workload: str
    sizes: tuple[Size, ...]
    whole: Whole
    monotone: bool
    note: str = ""

    @property
    def low(self) -> int:
        return self.sizes[0].replicas

    @property
    def high(self) -> int:
        return self.sizes[-1].replicas
