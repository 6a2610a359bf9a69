"""What became of a placement under losses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kspec.place.answer import Repair
from kspec.place.certificate import Certificate
from kspec.place.problem import PodName, Requirement


class Fate(Enum):
    """Whether everything finds a place again after every loss, or not after some, or nobody knows."""

    SURVIVES = "survives"
    BREAKS = "breaks"
    OPEN = "open"


class Reach(Enum):
    """What a failure says: that this placement fails, or that every placement of the design does."""

    THIS = "this placement"
    EVERY = "every placement"


@dataclass(frozen=True)
class Failure:
    """A loss after which pods have no place, and the conflict among what is asked for then."""

    name: str
    nodes: tuple[str, ...]
    displaced: tuple[PodName, ...]
    core: tuple[Requirement, ...]
    summary: str
    minimal: bool
    certificate: Certificate
    reach: Reach


@dataclass(frozen=True)
class Survival:
    """The fate of a placement. `ways` counts how the loss can happen, `served` after how many of them a place was found
    for everything, `checked` how many of those places the independent checker has seen. `undecided` names some that are
    open. `chosen` tells that the placement was chosen because it survives, the first one did not."""

    loss: str
    fate: Fate
    ways: int
    served: int
    checked: int
    assumptions: tuple[str, ...]
    failure: Failure | None = None
    undecided: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    chosen: bool = False
