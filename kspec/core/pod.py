"""Local states of pods. Pods have no identity in the core: a state is a counter, a pod is one of the counted."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PodState:
    """Where a pod is in its life, as far as anybody can tell it from another pod."""

    workload: str
    ordinal: int | None
    revision: int
    phase: str
    coordinates: tuple[tuple[str, str], ...] = ()
    """Further (name, value) pairs that tell states apart."""
    bound: bool = False
    """Counted in node blocks; an unbound state is one global counter."""

    place: str = field(init=False, compare=False, repr=False)
    """The name of the counter: `web.r2.ready`, `db-1.r1.starting`, `web.r1.pending.attempts=1`."""

    def __post_init__(self) -> None:
        who = self.workload if self.ordinal is None else f"{self.workload}-{self.ordinal}"
        more = "".join(f".{name}={value}" for name, value in self.coordinates)
        object.__setattr__(self, "place", f"{who}.r{self.revision}.{self.phase}{more}")


@dataclass(frozen=True, slots=True)
class Move:
    """One pod goes from a state to another; None as source is a creation, None as target a removal.

    Bound states of a move are counted on the action's bound node.
    """

    source: PodState | None
    target: PodState | None
