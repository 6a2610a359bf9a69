"""Pods, nodes and sets of them, while an expression is evaluated.

A set is never listed: it is a choice of local states and of node classes, with tests that are evaluated for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from kspec.elaborate.behaviour.things import Life, Place
from kspec.elaborate.behaviour.values import Value


@dataclass(frozen=True, slots=True)
class NodeRef:
    """One node of a class: the one an action binds (level 0), or the one a fold stands at (level 1)."""

    place: Place
    level: int = 0


@dataclass(frozen=True, slots=True)
class Domain:
    """The nodes that share a value of a topology label."""

    key: str
    value: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Pod:
    """Some pod in a local state; `node` is where it is counted, None while it has no node."""

    life: Life
    node: NodeRef | None
    binder: int = 0
    """Which of an action's pods it is, counted from 1; 0 while folding, where any pod of the state will do."""


Where: TypeAlias = NodeRef | Domain | tuple[Place, ...]

PodTest: TypeAlias = Callable[[Pod], Value]
NodeTest: TypeAlias = Callable[[NodeRef], Value]


@dataclass(frozen=True, slots=True)
class PodSet:
    """Pods in some local states; `where` restricts them to a node, a domain or some classes, and so to bound ones."""

    lives: tuple[Life, ...]
    where: Where | None = None
    tests: tuple[PodTest, ...] = ()

    def on(self, where: Where) -> PodSet:
        """Those of them that are there."""
        bound = tuple(life for life in self.lives if life.bound)
        if self.where is None:
            return replace(self, lives=bound, where=where)
        return replace(self, lives=bound, where=_meet(self.where, where))

    def having(self, test: PodTest) -> PodSet:
        """Those of them that pass a test."""
        return replace(self, tests=(*self.tests, test))


@dataclass(frozen=True, slots=True)
class NodeSet:
    """Nodes of some classes."""

    places: tuple[Place, ...]
    tests: tuple[NodeTest, ...] = ()

    def having(self, test: NodeTest) -> NodeSet:
        """Those of them that pass a test."""
        return replace(self, tests=(*self.tests, test))


@dataclass(frozen=True, slots=True)
class Interval:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int


def places_of(where: Where) -> tuple[Place, ...]:
    """The classes a place spans."""
    match where:
        case NodeRef():
            return (where.place,)
        case Domain():
            return where.places
        case _:
            return where


def _meet(one: Where, two: Where) -> Where:
    """Where both are; a node stays that node."""
    inside = tuple(place for place in places_of(one) if place in places_of(two))
    for node in (one, two):
        if isinstance(node, NodeRef) and inside:
            return node
    return inside
