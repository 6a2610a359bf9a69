"""Places that never leave their initial value become constants, class by class; actions that can never fire go.

Optimistic: at first every place counts as constant; one is given up when an action that may fire writes another value.
What remains constant is so by induction. (Second revisions, cordons, failed states nobody can reach vanish here.)
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace as copy
from typing import TypeAlias

from kspec.core.bounds import refiner
from kspec.core.build import aggregate, const, max_, min_, scale, total
from kspec.core.expr import FALSE, Aggregate, Const, Expr, Fold, Global, Local, Param, Sort, children, existing, walk
from kspec.core.lower.mapping import Mapper, action_expressions, changes_something
from kspec.core.lower.ranges import Ranges
from kspec.core.rewrite import Refine, Replace
from kspec.core.system import Action, System

Place: TypeAlias = tuple[int | None, str]
"""A global (class None), or a local in the blocks of one class."""


def constants(system: System) -> System:
    """The system without the places that never change and the actions that never fire."""
    refine = refiner(Ranges(system).bounds())
    found = _Analysis(system, refine)
    mapped = found.mapper.system(system)
    kept = [found.trimmed(action) for action in mapped.actions if action.guard is not FALSE]
    live = tuple(action for action in kept if changes_something(action) is not FALSE)
    dropped = {v.name for v in system.locals if all((i, v.name) in found.known for i in range(len(system.classes)))}
    return mapped.but(
        actions=live,
        globals=tuple(v for v in system.globals if (None, v.name) not in found.known),
        locals=tuple(v for v in system.locals if v.name not in dropped),
    )


class _Analysis:
    """The greatest set of places that keep their initial values."""

    def __init__(self, system: System, refine: Refine) -> None:
        self._system = system
        self.mapper = Mapper(self._replacement, refine)
        """Puts the constants in. What it remembers is forgotten where it speaks of a place that is given up."""
        self.known: dict[Place, Expr] = {}
        self._parents = _parents(system)
        for variable in system.globals:
            self.known[None, variable.name] = variable.init
        for variable in system.locals:
            for index in range(len(system.classes) if variable.strewn is None else 0):
                self.known[index, variable.name] = variable.init_in(index)
        self._readers = self._index()
        self._run()

    def _index(self) -> dict[Place, list[int]]:
        readers: dict[Place, list[int]] = {}
        for number, action in enumerate(self._system.actions):
            for place in _places_read(action):
                readers.setdefault(place, []).append(number)
        return readers

    def _run(self) -> None:
        waiting = deque(range(len(self._system.actions)))
        queued = set(waiting)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            for place in self._broken_by(self._system.actions[number]):
                del self.known[place]
                self._forget(place)
                for reader in self._readers.get(place, ()):
                    if reader not in queued:
                        queued.add(reader)
                        waiting.append(reader)

    def _broken_by(self, action: Action) -> list[Place]:
        """The places an action would give another value than the one they are believed to have."""
        writes: list[tuple[Place, Expr, int | None]] = [
            *(((None, name), value, action.node_class) for name, value in action.globals.items()),
            *(((action.node_class, name), value, action.node_class) for name, value in action.locals.items()),
        ]
        if action.broadcast is not None:
            for index, updates in action.broadcast.locals.items():
                writes += [((index, name), value, index) for name, value in updates.items()]
        believed = [write for write in writes if write[0] in self.known]
        if not believed:
            return []
        if self.mapper.expr(action.guard, action.node_class) is FALSE:
            return []
        return [place for place, value, here in believed if self.mapper.expr(value, here) is not self.known[place]]

    def _forget(self, place: Place) -> None:
        """Forget how expressions read that mention a place. What is not remembered is part of nothing that is."""
        index, name = place
        kinds, remembered = (Local, [index]) if index is not None else (Global, [*self.mapper.known])
        stack = [(here, expr) for here in remembered for sort in Sort if (expr := existing(kinds, name, sort))]
        while stack:
            here, expr = stack.pop()
            if self.mapper.known.get(here, {}).pop(expr, None) is None:
                continue
            for parent in self._parents.get(expr, ()):
                if isinstance(parent, Aggregate):
                    stack.extend((other, parent) for other in self.mapper.known)
                else:
                    stack.append((here, parent))

    def _replacement(self, node_class: int | None) -> Replace:
        """Constants for places, where a node of the class is bound."""

        def replace(expr: Expr) -> Expr | None:
            match expr:
                case Global():
                    return self.known.get((None, expr.name))
                case Local():
                    return self.known.get((node_class, expr.name))
                case Aggregate():
                    return self._aggregate(expr)
                case _:
                    return None

        return replace

    def _aggregate(self, expr: Aggregate) -> Expr:
        """The aggregate with each class's constants; classes with equal bodies stay together."""
        bodies: dict[Expr, list[int]] = {}
        for index in sorted(expr.classes):
            body = self.mapper.expr(expr.body, index)
            bodies.setdefault(body, []).append(index)
        parts = [self._fold(expr.fold, classes, body) for body, classes in bodies.items()]
        if not parts:
            return expr
        match expr.fold:
            case Fold.SUM:
                return total(parts)
            case Fold.MIN:
                return min_(*parts)
            case Fold.MAX:
                return max_(*parts)

    def _fold(self, fold: Fold, classes: list[int], body: Expr) -> Expr:
        if not isinstance(body, Const | Param):
            return aggregate(fold, classes, body)
        members = [self._system.classes[index] for index in classes]
        if fold is Fold.SUM:
            if isinstance(body, Const):
                return total(scale(body.value, const(1) if c.merged else c.size) for c in members)
            return aggregate(fold, classes, body)
        inhabited = any((c.fixed_size or 0) > 0 for c in members)
        return body if inhabited else aggregate(fold, classes, body)

    def trimmed(self, action: Action) -> Action:
        """An action without updates of constants and updates that keep a value."""
        here = action.node_class
        globals = {
            name: value
            for name, value in action.globals.items()
            if (None, name) not in self.known and value is not Global(name, value.sort)
        }
        locals = {
            name: value
            for name, value in action.locals.items()
            if (here, name) not in self.known and value is not Local(name, value.sort)
        }
        broadcast = action.broadcast
        if broadcast is not None:
            updates = {
                index: {
                    name: value
                    for name, value in changes.items()
                    if (index, name) not in self.known and value is not Local(name, value.sort)
                }
                for index, changes in broadcast.locals.items()
            }
            updates = {index: changes for index, changes in updates.items() if changes}
            broadcast = copy(broadcast, locals=updates) if updates else None
        return copy(action, globals=globals, locals=locals, broadcast=broadcast)


def _parents(system: System) -> dict[Expr, list[Expr]]:
    """The expressions of which each expression is a direct part."""
    parents: dict[Expr, list[Expr]] = {}
    for expr in walk(*(part for action in system.actions for part in action_expressions(action))):
        for child in children(expr):
            parents.setdefault(child, []).append(expr)
    return parents


def _places_read(action: Action) -> set[Place]:
    places: set[Place] = set()
    bound = {action.node_class, *(action.broadcast.locals if action.broadcast is not None else ())}
    for expr in walk(*action_expressions(action)):
        match expr:
            case Global():
                places.add((None, expr.name))
            case Aggregate():
                inner = [e.name for e in walk(expr.body) if isinstance(e, Local)]
                places.update((index, name) for index in expr.classes for name in inner)
            case Local():
                places.update((index, expr.name) for index in bound if index is not None)
            case _:
                pass
    return places
