"""Systems: places, guarded actions and what is asked of them. The one meaning that `run` and `solve` both read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from kspec.core.build import Term, add, and_, gt, lift
from kspec.core.expr import FALSE, INT, TRUE, ZERO, Const, Expr, Global, Local, Sort
from kspec.core.note import Note
from kspec.core.pod import Move, PodState
from kspec.core.property import Property
from kspec.source.text import Span


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Nodes nobody can tell apart at the start: equal attributes, equal initial blocks."""

    name: str
    size: Expr
    """How many nodes: a literal or linear in parameters."""
    attributes: tuple[tuple[str, str], ...] = ()
    """For people and for traces; no reading depends on them."""
    origin: str = ""
    """The class this one was split off, or its own name."""
    merged: bool = False
    """All its nodes share one block; `size` keeps their number."""

    @property
    def fixed_size(self) -> int | None:
        """The number of nodes where it is a literal."""
        return self.size.value if isinstance(self.size, Const) else None


def node_class(name: str, size: Term = 1, attributes: Iterable[tuple[str, str]] = ()) -> NodeClass:
    """A class of `size` nodes (a number, or linear in parameters)."""
    return NodeClass(name, lift(size), tuple(attributes), name)


@dataclass(frozen=True, slots=True)
class Variable:
    """A place. In `System.globals` there is one of it, in `System.locals` one in each node's block."""

    name: str
    sort: Sort = INT
    low: int = 0
    high: int | None = None
    init: Expr = ZERO
    """Literals, parameters and linear arithmetic over them."""
    inits: tuple[tuple[int, Expr], ...] = ()
    """Local variables: (class index, value) where a class starts differently."""
    labels: tuple[str, ...] = ()
    """Names of the values `low`, `low + 1`, ... of an enumeration."""
    pod: PodState | None = None
    """The pod state this counter counts."""
    shared: tuple[str, str] | None = None
    """Set by lowering: a global that stands for a local (second) all nodes of a class (first, unlowered) share."""
    strewn: Expr | None = None
    """Local variables that nothing writes: unknown on each node, over all nodes together no more than this (literal).

    So does a question about some pods know of the others: they take so much, nobody says where. Only `may_must` reads
    it (`Knowledge.most`); to a search the variable is `init`, as if the others were not there.
    """

    def init_in(self, node_class: int) -> Expr:
        """The initial value in the blocks of a class."""
        return next((value for index, value in self.inits if index == node_class), self.init)


def integer(name: str, low: int = 0, high: int | None = None, init: Term = 0, **more: object) -> Variable:
    """An integer place within bounds (no upper bound if None)."""
    return Variable(name, INT, low, high, lift(init), **more)  # type: ignore[arg-type]


def truth(name: str, init: bool = False) -> Variable:
    """A Boolean place."""
    return Variable(name, Sort.BOOL, 0, 1, TRUE if init else FALSE)


def enumeration(name: str, labels: Iterable[str], init: int = 0) -> Variable:
    """A place over named values, counted from 0."""
    names = tuple(labels)
    return Variable(name, INT, 0, len(names) - 1, lift(init), labels=names)


def strewn(name: str, most: Term) -> Variable:
    """Something of which the nodes hold `most` together, nobody knows where."""
    return Variable(name, INT, 0, None, ZERO, strewn=lift(most))


def counter(state: PodState, init: Term = 0, high: int | None = None) -> Variable:
    """The place that counts pods in a state: global if unbound, local if bound."""
    return Variable(state.place, INT, 0, high, lift(init), pod=state)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A rigid symbolic number of the design."""

    name: str
    low: int = 0
    high: int | None = None


class ActionKind(Enum):
    """Who acts. Controller actions happen eventually; environment actions may happen, and are never forced."""

    CONTROLLER = "controller"
    ENVIRONMENT = "environment"


class Family(Enum):
    """Why one of several enabled actions is preferred. Families are switched on and off separately."""

    RANKING = "ranking"
    """A component's own order among equals (which pod is deleted first); always respected."""
    SCORE = "score"
    """The scheduler's opinion of feasible nodes; a verdict without it holds for every score."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Among enabled actions of one group only those with the lexicographically largest key may fire.

    Keys in one group have equal length. A preference chooses which action fires, never whether one does.
    """

    family: Family
    group: str
    key: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A simultaneous update of every block of some classes, each by a function of that block (and of globals)."""

    locals: Mapping[int, Mapping[str, Expr]]
    """The updates, class by class."""
    sweeps: tuple[Move, ...] = ()
    """Bound states all of whose pods move: told to the executor, already part of `locals` (see `broadcast`)."""


def broadcast(classes: Iterable[int], locals: Mapping[str, Term], sweeps: Iterable[Move] = ()) -> Broadcast:
    """A broadcast in which all pods of each sweep's source move to its target (None: they vanish)."""
    updates = {name: lift(value) for name, value in locals.items()}
    moves = tuple(sweeps)
    for move in moves:
        if move.source is not None:
            updates[move.source.place] = ZERO
    for move in moves:
        if move.source is not None and move.target is not None:
            place = move.target.place
            updates[place] = add(updates.get(place, Local(place, INT)), Local(move.source.place, INT))
    return Broadcast(dict.fromkeys(classes, updates), moves)


@dataclass(frozen=True, slots=True)
class Action:
    """Something one component may do in one step. Places without an update keep their value.

    All updates are evaluated before any takes effect. An action that would change nothing counts as not enabled.
    `locals` update the block of the bound node, one node of `node_class`; a broadcast leaves that class alone then.
    Make actions with `action`, which adds a move's counters and its guard.
    """

    label: str
    component: str
    kind: ActionKind
    guard: Expr
    globals: Mapping[str, Expr] = field(default_factory=dict)
    locals: Mapping[str, Expr] = field(default_factory=dict)
    node_class: int | None = None
    move: Move | None = None
    preference: Preference | None = None
    broadcast: Broadcast | None = None
    delay: float = 0.0
    """Simulated seconds between becoming enabled and firing."""
    notes: tuple[Note, ...] = ()
    span: Span | None = field(default=None, compare=False)
    origin: int | None = None
    """The action of the unlowered system this one stems from, by index; set by lowering."""
    must: Expr | None = None
    """Set by lowering where `guard` may hold although the action is not enabled: here it certainly is enabled, or
    another of its preference group is."""

    @property
    def certainly(self) -> Expr:
        """Where this action or one of its preference group is enabled for sure."""
        return self.guard if self.must is None else self.must


def action(
    label: str,
    component: str,
    guard: Term = TRUE,
    *,
    kind: ActionKind = ActionKind.CONTROLLER,
    globals: Mapping[str, Term] | None = None,
    locals: Mapping[str, Term] | None = None,
    node_class: int | None = None,
    move: Move | None = None,
    preference: Preference | None = None,
    broadcast: Broadcast | None = None,
    delay: float = 0.0,
    notes: Iterable[Note] = (),
    span: Span | None = None,
) -> Action:
    """An action; its move's counters are updated and the guard `source > 0` is added."""
    lowered = {name: lift(value) for name, value in (globals or {}).items()}
    blocks = {name: lift(value) for name, value in (locals or {}).items()}
    guards = [lift(guard)]
    if move is not None and move.source != move.target:
        for state, step in ((move.source, -1), (move.target, 1)):
            if state is None:
                continue
            place = Local(state.place, INT) if state.bound else Global(state.place, INT)
            updates = blocks if state.bound else lowered
            updates[state.place] = add(updates.get(state.place, place), step)
            if step < 0:
                guards.insert(0, gt(place, 0))
    return Action(
        label,
        component,
        kind,
        and_(*guards),
        lowered,
        blocks,
        node_class,
        move,
        preference,
        broadcast,
        delay,
        tuple(notes),
        span,
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """A stated measure of progress of one component: a lexicographic tuple no controller step of it increases."""

    component: str
    terms: tuple[Expr, ...]
    """Non-negative expressions over globals, parameters and aggregates."""


class Start(Enum):
    """Where runs begin."""

    INITIAL = "initial"
    SETTLED = "settled"
    """In any state without an enabled controller action that controllers alone reach from the initial one."""


Orbit: TypeAlias = tuple[tuple[int, ...], ...]
"""Members (zones, say), each the same number of classes, by index and in corresponding order."""


@dataclass(frozen=True, slots=True)
class System:
    """A transition system over globals and node blocks.

    States give every global a value and every node a block. From a state, any enabled action may fire (on any node of
    its class), as far as the preferences in force allow.
    """

    name: str
    classes: tuple[NodeClass, ...] = ()
    globals: tuple[Variable, ...] = ()
    locals: tuple[Variable, ...] = ()
    actions: tuple[Action, ...] = ()
    params: tuple[Parameter, ...] = ()
    assumption: Expr = TRUE
    """Over parameters: which designs are meant."""
    measures: tuple[Measure, ...] = ()
    properties: tuple[Property, ...] = ()
    start: Start = Start.INITIAL
    scopes: tuple[str, ...] = ()
    """Bounds the design sets on the state space (`terminating pods of web <= 2`), part of every verdict."""
    interchangeable: tuple[Orbit, ...] = ()
    """What differs only in names nothing refers to; searches may swap the contents of an orbit's members."""
    remarks: tuple[str, ...] = ()
    """What lowering abstracted, in words."""
    exact: bool = True
    """False where lowering let more happen than can: what is proved holds, what breaks may not be real."""

    @property
    def strewn(self) -> frozenset[str]:
        """The names of local variables whose values are unknown."""
        return frozenset(v.name for v in self.locals if v.strewn is not None)

    @property
    def counters(self) -> dict[str, PodState]:
        """Pod states by the name of their counter, in declaration order."""
        return {v.name: v.pod for v in (*self.globals, *self.locals) if v.pod is not None}

    def but(self, **changes: object) -> System:
        """A copy with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]
