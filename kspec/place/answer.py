"""Answers to a placement question: placed, infeasible, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from kspec.place.certificate import Certificate
from kspec.place.problem import PodName, Requirement
from kspec.source.tree import Json

if TYPE_CHECKING:
    from kspec.place.repair.edits import Edit


class Goal(Enum):
    """What a placement is to be good at, besides being one."""

    FEASIBLE = "feasible"
    NODES = "nodes"
    COST = "cost"
    BALANCE = "balance"
    MOVES = "moves"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Objective:
    """How good an answer is. `bound` is what no placement can beat; `optimal` that this one meets it, proved.

    `feasible` counts the pods that have a node, `nodes` the nodes with pods other than daemons', `cost` the price of
    the nodes there are, `balance` the fullest node's load in percent, `moves` what the pods that leave their node cost,
    `priority` the pods that have a node where not all can, the most important ones first.
    """

    name: str
    value: float | None
    optimal: bool
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """A pod on its node."""

    pod: str
    workload: str
    node: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field to change: in which object, where, from what to what (JSON values; None where nothing was)."""

    object: str
    path: str
    before: Json
    after: Json
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes after which everything has its place; that was tried, not guessed.

    `edits` are the same changes in the form in which they can be made.
    """

    description: str
    changes: tuple[Change, ...]
    edits: tuple[Edit, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """Of the pods of one priority, how many were asked for and how many have a node; `bound` is the most that can have
    one while those of higher priorities do as well as they do."""

    priority: int
    asked: int
    placed: int
    bound: int

    @property
    def optimal(self) -> bool:
        return self.placed == self.bound


@dataclass(frozen=True)
class Subset:
    """The most important pods, placed, where not all can be; the others are `left`."""

    assignments: tuple[Assigned, ...]
    left: tuple[PodName, ...]
    shares: tuple[Share, ...]
    pools: Mapping[str, int]


@dataclass(frozen=True)
class Placement:
    """Every pod has a node, and the independent checker agrees. `pools` is how many nodes of each pool are used.

    `further` are the objectives after the first, each reached as far as those before it allow.
    """

    assignments: tuple[Assigned, ...]
    objective: Objective
    pools: Mapping[str, int]
    certificate: Certificate
    notes: tuple[str, ...] = ()
    effort: int = 0
    further: tuple[Objective, ...] = ()


@dataclass(frozen=True)
class Infeasible:
    """No placement exists. `core` is a conflict; when `minimal`, each of its requirements is needed for it."""

    core: tuple[Requirement, ...]
    summary: str
    minimal: bool
    repairs: tuple[Repair, ...]
    objective: Objective
    certificate: Certificate
    notes: tuple[str, ...] = ()
    effort: int = 0
    subset: Subset | None = None


@dataclass(frozen=True)
class Unknown:
    """Undecided within the budget: the best packing found, and the pods that it has no node for."""

    reason: str
    assignments: tuple[Assigned, ...]
    left: tuple[PodName, ...]
    objective: Objective
    pools: Mapping[str, int]
    notes: tuple[str, ...] = ()
    effort: int = 0


Answer = Placement | Infeasible | Unknown
