"""State variables: what components declare, for each object, for each node, or as a coordinate of pods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.core.build import glob, lift, local
from kspec.core.expr import BOOL, INT, Expr, Global, Local
from kspec.core.system import Variable
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.sets import NodeRef
from kspec.elaborate.behaviour.things import Life, Place, Revision, Thing
from kspec.elaborate.behaviour.values import (
    Enumerated,
    Symbol,
    Value,
    as_expr,
    as_term,
    describe,
    is_expr,
    is_integer,
    is_truth,
)
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

NODE = "node"
"""Owns the variables of node blocks."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a variable can hold: a truth value, one of some names, or a whole number within bounds."""

    truth: bool = False
    labels: tuple[str, ...] = ()
    low: int = 0
    high: int | None = None

    def number_of(self, value: Value, span: Span) -> int | Expr:
        """A value as the variable stores it. Raises `Mistake` where it is of another type."""
        if self.labels:
            if isinstance(value, Enumerated) and value.labels == self.labels:
                return value.expr
            if isinstance(value, Symbol | str):
                text = value.text if isinstance(value, Symbol) else value
                if text in self.labels:
                    return self.labels.index(text)
            raise mistake(TYPE, f"expected one of {', '.join(self.labels)}, found {describe(value)}", span)
        fits = is_truth(value) if self.truth else is_integer(value)
        if not fits:
            wanted = "a truth value" if self.truth else "a whole number"
            raise mistake(TYPE, f"expected {wanted}, found {describe(value)}", span)
        return as_term(value)

    def typed(self, value: Value) -> Value:
        """A stored value as expressions see it."""
        if not self.labels:
            return value
        return Enumerated(as_expr(value), self.labels)


@dataclass(slots=True)
class Slot:
    """One declared variable. `start` gives its initial value (at a node, for variables of nodes)."""

    owner: str
    name: str
    shape: Shape
    start: Callable[[NodeRef | None], Value]
    path: str | None
    span: Span
    place: Expr
    changes: bool
    """Something may write it; otherwise it is its initial value for ever."""
    read: bool = False

    @property
    def on_nodes(self) -> bool:
        """There is one of it in each node's block."""
        return self.owner == NODE

    def initial(self, node: NodeRef | None = None) -> int | Expr:
        """The initial value as it is stored."""
        return self.shape.number_of(self.start(node), self.span)


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A variable of pods: a coordinate of their local states."""

    name: str
    shape: Shape
    values: tuple[str, ...]
    start: str
    applies: Callable[[Life], bool]
    """Which pods have it, by any of their local states."""

    def value(self, text: str) -> Value:
        """A coordinate's value as expressions see it."""
        if self.shape.truth:
            return text == "true"
        return Symbol(text) if self.shape.labels else int(text)

    def text(self, value: Value, span: Span) -> str:
        """A value as a coordinate; raises `Mistake` where it is not one of its values."""
        text = ("true" if value else "false") if isinstance(value, bool) else None
        if text is None:
            text = value.text if isinstance(value, Symbol) else str(value)
        if text not in self.values:
            raise mistake(TYPE, f"{self.name} of a pod is one of {', '.join(self.values)}", span)
        return text


@dataclass(slots=True)
class Store:
    """All state variables of a question. `written` are the names that some action in it may write."""

    written: frozenset[str]
    slots: dict[tuple[str, str], Slot] = field(default_factory=dict)
    coordinates: dict[str, Coordinate] = field(default_factory=dict)

    def declare(
        self,
        owner: str,
        name: str,
        shape: Shape,
        start: Callable[[NodeRef | None], Value],
        path: str | None,
        span: Span,
    ) -> None:
        """Add a variable; a second one of the same name for the same owner is a mistake."""
        if (owner, name) in self.slots:
            raise mistake(NOT_IN_CORE, f"{owner} has a state variable {name} already", span)
        sort = BOOL if shape.truth else INT
        place = local(name, sort) if owner == NODE else glob(f"{owner}.{name}", sort)
        self.slots[owner, name] = Slot(owner, name, shape, start, path, span, place, name in self.written)

    def has(self, owner: str, name: str) -> bool:
        """Is there such a variable?"""
        return (owner, name) in self.slots

    def names(self, owner: str) -> Iterator[str]:
        """The variables of an object, a component or the nodes."""
        return (name for of, name in self.slots if of == owner)

    def read(self, owner: str, name: str, evaluator: Evaluator, span: Span) -> Value:
        """The value of a component's or an object's variable."""
        slot = self.slots.get((owner, name))
        if slot is None:
            raise mistake(UNKNOWN_NAME, f"{owner} has no state variable {name}", span)
        return self._value(slot, None)

    def read_at(self, target: Value, owner: str, name: str, evaluator: Evaluator, span: Span) -> Value:
        """The value of a variable of an object or a node."""
        slot = self.slots[owner, name]
        node = target if isinstance(target, NodeRef) else None
        if node is not None and slot.changes and node.level != evaluator.level:
            raise mistake(
                NOT_IN_CORE,
                "an expression over one node looks at another",
                span,
                "take a count, a minimum or a maximum over the nodes first",
            )
        return self._value(slot, node)

    def _value(self, slot: Slot, node: NodeRef | None) -> Value:
        slot.read = True
        if not slot.changes:
            initial = slot.initial(node)
            return slot.shape.typed(bool(initial) if slot.shape.truth and not is_expr(initial) else initial)
        return slot.shape.typed(slot.place)

    def is_coordinate(self, name: str) -> bool:
        """Do pods have a coordinate of this name?"""
        return name in self.coordinates

    def starts(self, life: Life) -> tuple[tuple[str, str], ...]:
        """The coordinates that a new pod in this state begins with."""
        return tuple((c.name, c.start) for c in self.coordinates.values() if c.applies(life))

    def typed(self, name: str, found: Value) -> Value:
        """A coordinate's value as expressions see it."""
        assert isinstance(found, Symbol)
        return self.coordinates[name].value(found.text)

    def variables(self, places: tuple[Place, ...]) -> tuple[list[Variable], list[Variable]]:
        """The core's variables that may change: globals, and those of node blocks."""
        globals_: list[Variable] = []
        locals_: list[Variable] = []
        for slot in self.slots.values():
            if not slot.changes:
                continue
            shape = slot.shape
            name = slot.place.name if isinstance(slot.place, Global | Local) else slot.name
            sort, high = (BOOL, 1) if shape.truth else (INT, len(shape.labels) - 1 if shape.labels else shape.high)
            if slot.on_nodes:
                starts = tuple((p.index, lift(slot.initial(NodeRef(p)))) for p in places)
                common = starts[0][1] if starts else lift(0)
                different = tuple((index, value) for index, value in starts if value is not common)
                locals_.append(Variable(name, sort, shape.low, high, common, different, shape.labels))
            else:
                globals_.append(Variable(name, sort, shape.low, high, lift(slot.initial()), (), shape.labels))
        return globals_, locals_


def owner_of(value: Value) -> str | None:
    """Under which owner the variables of a value are declared."""
    match value:
        case Thing() | Revision():
            return value.id
        case NodeRef():
            return NODE
        case _:
            return None
