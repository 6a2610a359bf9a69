"""Properties, disturbances, policies and scenarios, as written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kspec.syntax.nodes.base import Attr, Key, Node
from kspec.syntax.nodes.expressions import Argument, Expr, Number, Pick_, Reference


class PropertyKind(Enum):
    INVARIANT = "invariant"
    GOAL = "goal"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Disturbance(Node):
    """`rollout(web)`, `drain(any node)`, `loss(1 zone)`."""

    name: Key
    args: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Property(Node):
    """`invariant floor "title": formula under disturbances`."""

    kind: PropertyKind
    name: Key
    title: str | None
    formula: Expr
    under: tuple[Disturbance, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Match(Node):
    kinds: tuple[Key, ...]
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Require(Node):
    """`require`, `forbid` or `warn` (`word`)."""

    word: str
    condition: Expr
    message: str | None


@dataclass(frozen=True, slots=True)
class Policy(Node):
    name: Key
    title: str | None
    items: tuple[Match | Require, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Target(Node):
    """What an event acts on: a name, `kind/name`, `any node`, `2 nodes`."""

    what: Key | Reference
    pick: Pick_ | Number | None
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class ActOn(Node):
    """`fail any node`, `drain general-1`, `delete namespace/app`."""

    verb: str
    target: Target


@dataclass(frozen=True, slots=True)
class ScaleEvent(Node):
    target: Target
    to: Expr


@dataclass(frozen=True, slots=True)
class RolloutEvent(Node):
    """`rollout web { app.image: "web:2" }`; the items are `declarations.Item`."""

    target: Target
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Wait(Node):
    """`wait 5m`, `wait until settled`."""

    time: Number | None
    until: Expr | None


@dataclass(frozen=True, slots=True)
class LoadEvent(Node):
    target: Key | Reference
    level: Expr


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """One of several courses, unknown which."""

    courses: tuple[tuple[Event, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    times: Number
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Expect(Node):
    condition: Expr


Event = ActOn | ScaleEvent | RolloutEvent | Wait | LoadEvent | Choose | Repeat | Expect


@dataclass(frozen=True, slots=True)
class Scenario(Node):
    name: Key
    title: str | None
    events: tuple[Event, ...]
    attrs: tuple[Attr, ...] = ()
