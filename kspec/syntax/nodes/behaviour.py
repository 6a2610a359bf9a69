"""Components, as written: state, guarded actions, what they write and what they tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Union

from kspec.syntax.nodes.base import Attr, Key, Node, PathRef
from kspec.syntax.nodes.expressions import Argument, Expr, Number, Text

if TYPE_CHECKING:
    from kspec.syntax.nodes.declarations import Let
    from kspec.syntax.nodes.properties import Property


class Role(Enum):
    """Who acts: a controller (by default), the environment (never forced), a user's script."""

    ENVIRONMENT = "environment"
    USER = "user"
    FAIR = "fair"


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """`p: pods(w) in Pending where c`: a variable over a set."""

    name: Key
    source: Expr
    phase: Expr | None
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class VariableType(Node):
    """A named type (`bool`, `int`), an enumeration, or a range whose upper bound may be open (None)."""

    name: str | None = None
    members: tuple[str, ...] = ()
    low: Number | None = None
    high: Expr | None = None


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`replicas: 0.. = d.replicas at "spec.replicas"`; `path` is the field of the object it stands for."""

    name: Key
    type: VariableType
    init: Expr | None
    path: str | None


@dataclass(frozen=True, slots=True)
class State(Node):
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Each(Node):
    """Items for every member of a set that the design fixes."""

    variable: Key
    source: Expr
    items: tuple[ComponentItem, ...]


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`path := value`; `operator` is `:=`, `+=` or `-=`."""

    path: PathRef
    operator: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Create(Node):
    """`new pod(owner) in Phase at node`."""

    noun: Key
    args: tuple[Argument, ...]
    phase: Expr
    at: Expr | None


@dataclass(frozen=True, slots=True)
class Destroy(Node):
    """`remove p`."""

    path: PathRef


@dataclass(frozen=True, slots=True)
class Call_(Node):
    """`do procedure(args)`: its guard joins the action's."""

    procedure: Key
    args: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Tell(Node):
    """A line of the trace: `tell "kubelet/${n}" SyncPod on p "..."`. Told, never reasoned about."""

    component: Text
    verb: Key
    subject: Expr | None
    text: Text


@dataclass(frozen=True, slots=True)
class EventStatement(Node):
    """A Kubernetes Event: `event Normal ScalingReplicaSet on d "..."`."""

    type: Key
    reason: Key
    subject: Expr
    text: Text


@dataclass(frozen=True, slots=True)
class IfStatement(Node):
    condition: Expr
    then: tuple[Statement, ...]
    orelse: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForStatement(Node):
    variable: Key
    source: Expr
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Action(Node):
    """`environment action drain(n: Node) when guard prefer k1, k2 after 2s { ... }`; `after` is simulated time."""

    name: Key
    role: Role | None
    binders: tuple[Binder, ...]
    guard: Expr | None
    prefer: tuple[Expr, ...]
    after: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Sync(Node):
    """A controller's loop: the first enabled step acts."""

    guard: Expr | None
    steps: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Procedure(Node):
    """A guarded update that several actions share."""

    name: Key
    binders: tuple[Binder, ...]
    guard: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """Decreases lexicographically with every controller action."""

    keys: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Scope(Node):
    """A bound that reality does not have; the verdict names it."""

    condition: Expr


@dataclass(frozen=True, slots=True)
class Component(Node):
    name: Key
    binders: tuple[Binder, ...]
    items: tuple[ComponentItem, ...]
    attrs: tuple[Attr, ...] = ()


ComponentItem = Union[State, Each, "Let", Sync, Action, Procedure, Measure, Scope, "Property"]
Statement = Union[Assign, Create, Destroy, Call_, Tell, EventStatement, IfStatement, ForStatement, "Let"]
