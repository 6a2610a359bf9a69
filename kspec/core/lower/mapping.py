"""Rewriting a whole system, expression by expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace as copy

from kspec.core.build import eq, ne, not_, or_, sub
from kspec.core.expr import INT, Aggregate, Const, Expr, Global, Local, walk
from kspec.core.property import Property
from kspec.core.rewrite import Refine, Replace, rewrite
from kspec.core.system import Action, Broadcast, Measure, System

InClass = Callable[[int | None], Replace]
"""The replacement in force where a node of this class is bound (None: where no node is)."""


class Mapper:
    """Applies one replacement per class everywhere, remembering what it has rewritten."""

    def __init__(self, in_class: InClass, refine: Refine | None = None) -> None:
        self._in_class = in_class
        self._refine = refine
        self._replace: dict[int | None, Replace] = {}
        self.known: dict[int | None, dict[Expr, Expr]] = {}
        """Per class what has been rewritten, and as what."""

    def expr(self, expr: Expr, node_class: int | None = None) -> Expr:
        """An expression where a node of the class is bound."""
        replace = self._replace.get(node_class)
        if replace is None:
            replace = self._replace[node_class] = self._in_class(node_class)
        return rewrite(expr, replace, self.known.setdefault(node_class, {}), self._refine)

    def action(self, action: Action) -> Action:
        """An action with every expression rewritten; notes stay as they are."""
        here = action.node_class
        preference = action.preference
        if preference is not None:
            preference = copy(preference, key=tuple(self.expr(part, here) for part in preference.key))
        return copy(
            action,
            guard=self.expr(action.guard, here),
            must=None if action.must is None else self.expr(action.must, here),
            globals={name: self.expr(value, here) for name, value in action.globals.items()},
            locals={name: self.expr(value, here) for name, value in action.locals.items()},
            preference=preference,
            broadcast=None if action.broadcast is None else self.broadcast(action.broadcast),
        )

    def broadcast(self, broadcast: Broadcast) -> Broadcast:
        """A broadcast, class by class."""
        return copy(
            broadcast,
            locals={
                index: {name: self.expr(value, index) for name, value in updates.items()}
                for index, updates in broadcast.locals.items()
            },
        )

    def property(self, asked: Property) -> Property:
        """A property."""
        return copy(asked, formula=self.expr(asked.formula), premise=self.expr(asked.premise))

    def measure(self, measure: Measure) -> Measure:
        """A measure."""
        return Measure(measure.component, tuple(self.expr(term) for term in measure.terms))

    def system(self, system: System) -> System:
        """Everything but the declarations of places."""
        return system.but(
            actions=tuple(self.action(action) for action in system.actions),
            properties=tuple(self.property(asked) for asked in system.properties),
            measures=tuple(self.measure(measure) for measure in system.measures),
            assumption=self.expr(system.assumption),
        )


def action_expressions(action: Action) -> Iterator[Expr]:
    """Every expression an action reads: guard, updates, preference, broadcast."""
    yield action.guard
    if action.must is not None:
        yield action.must
    yield from action.globals.values()
    yield from action.locals.values()
    if action.preference is not None:
        yield from action.preference.key
    if action.broadcast is not None:
        for updates in action.broadcast.locals.values():
            yield from updates.values()


def asked_expressions(system: System) -> Iterator[Expr]:
    """Every expression outside actions: properties and measures."""
    for asked in system.properties:
        yield asked.formula
        yield asked.premise
    for measure in system.measures:
        yield from measure.terms


def all_expressions(system: System) -> Iterator[Expr]:
    """Every expression over places."""
    for action in system.actions:
        yield from action_expressions(action)
    yield from asked_expressions(system)


def aggregates_in(expressions: Iterable[Expr]) -> list[Aggregate]:
    """The distinct aggregates."""
    return [expr for expr in walk(*expressions) if isinstance(expr, Aggregate)]


def effects(action: Action) -> list[tuple[Expr, Expr]]:
    """(place, new value) of every update of globals and of the bound block."""
    pairs: list[tuple[Expr, Expr]] = [(Global(name, value.sort), value) for name, value in action.globals.items()]
    return pairs + [(Local(name, value.sort), value) for name, value in action.locals.items()]


def changes_something(action: Action) -> Expr:
    """The condition under which an action's updates of globals and of its block change anything.

    Broadcasts count as changing something.
    """
    if action.broadcast is not None:
        return eq(0, 0)
    return or_(*(_differs(place, value) for place, value in effects(action)))


def _differs(place: Expr, value: Expr) -> Expr:
    if place.sort is not INT:
        return not_(eq(place, value))
    if isinstance(value, Const | Global | Local) and value is not place:
        return ne(value, place)
    gap = sub(value, place)
    return ne(gap, 0) if isinstance(gap, Const) else ne(value, place)


def where_strewn(system: System) -> frozenset[int]:
    """The classes on whose nodes some action asks for a value that nobody knows (`Variable.strewn`)."""
    names = system.strewn
    return frozenset(
        action.node_class
        for action in system.actions
        if action.node_class is not None
        and any(isinstance(e, Local) and e.name in names for e in walk(action.guard, into_aggregates=False))
    )
