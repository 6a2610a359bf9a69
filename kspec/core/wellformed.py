"""What belongs to the core, and why something does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kspec.core.expr import Aggregate, Enabled, Expr, Global, Local, Param, Sort, walk
from kspec.core.linear import linear
from kspec.core.show import show
from kspec.core.system import Action, ActionKind, System


def in_core(system: System) -> list[str]:
    """Reasons why a system is outside the core, empty if it is inside. Lowering and both readings rely on it."""
    return list(_Checker(system).reasons())


class _Checker:
    def __init__(self, system: System) -> None:
        self._system = system
        self._globals = {v.name: v.sort for v in system.globals}
        self._locals = {v.name: v.sort for v in system.locals}
        self._params = {p.name for p in system.params}

    def reasons(self) -> Iterator[str]:
        yield from self._names()
        for number, action in enumerate(self._system.actions):
            for reason in self._action(action):
                yield f"action {number} ({action.label}): {reason}"
        for asked in self._system.properties:
            for formula in (asked.formula, asked.premise):
                yield from (f"property {asked.name}: {reason}" for reason in self._expr(formula, bound=False))
        for measure in self._system.measures:
            for term in measure.terms:
                yield from (
                    f"measure of {measure.component}: {r}" for r in self._expr(term, bound=False, enabled=False)
                )
        yield from (f"assumption: {reason}" for reason in self._over_params(self._system.assumption))

    def _names(self) -> Iterator[str]:
        names = [v.name for v in (*self._system.globals, *self._system.locals)]
        yield from (f"two places are called {name}" for name in _twice(names))
        yield from (f"two classes are called {name}" for name in _twice(c.name for c in self._system.classes))
        for node_class in self._system.classes:
            size = linear(node_class.size)
            if size is None or not all(isinstance(place, Param) for place in size.terms):
                yield f"class {node_class.name}: the size {show(node_class.size)} is not linear in parameters"
        for variable in (*self._system.globals, *self._system.locals):
            for init in (variable.init, *(value for _, value in variable.inits)):
                yield from (f"{variable.name}: {reason}" for reason in self._over_params(init))

    def _over_params(self, expr: Expr) -> Iterator[str]:
        for part in walk(expr):
            if isinstance(part, Global | Local | Aggregate | Enabled):
                yield f"{show(part)} is not a parameter"
            elif isinstance(part, Param) and part.name not in self._params:
                yield f"parameter {part.name} is not declared"

    def _action(self, action: Action) -> Iterator[str]:
        bound = action.node_class is not None
        if bound and not 0 <= action.node_class < len(self._system.classes):  # type: ignore[operator]
            yield f"class {action.node_class} does not exist"
        if action.locals and not bound:
            yield "updates a block but binds no node"
        may_ask = action.kind is ActionKind.ENVIRONMENT
        yield from self._expr(action.guard, bound, enabled=may_ask)
        yield from self._updates(action.globals.items(), self._globals, bound)
        yield from self._updates(action.locals.items(), self._locals, bound)
        if action.preference is not None:
            for part in action.preference.key:
                yield from self._expr(part, bound, enabled=False)
            yield from self._equal_keys(action)
        yield from self._broadcast(action)
        yield from self._move(action)

    def _updates(self, updates: Iterable[tuple[str, Expr]], places: dict[str, Sort], bound: bool) -> Iterator[str]:
        for name, value in updates:
            if name not in places:
                yield f"{name} is not declared"
            elif places[name] is not value.sort:
                yield f"{name} is given a value of another sort"
            yield from self._expr(value, bound, enabled=False)

    def _equal_keys(self, action: Action) -> Iterator[str]:
        assert action.preference is not None
        group, length = action.preference.group, len(action.preference.key)
        rivals = (a.preference for a in self._system.actions)
        if any(p is not None and p.group == group and len(p.key) != length for p in rivals):
            yield f"keys of {group} differ in length"

    def _broadcast(self, action: Action) -> Iterator[str]:
        if action.broadcast is None:
            return
        if action.node_class in action.broadcast.locals and action.locals:
            yield "updates the bound node and broadcasts to its class"
        for updates in action.broadcast.locals.values():
            yield from self._updates(updates.items(), self._locals, bound=True)
            if any(isinstance(e, Aggregate) for e in walk(*updates.values())):
                yield "a broadcast update looks at other nodes"

    def _move(self, action: Action) -> Iterator[str]:
        if action.move is None:
            return
        for state in (action.move.source, action.move.target):
            if state is None:
                continue
            if state.bound and action.node_class is None:
                yield f"moves a pod of {state.place} but binds no node"
            if state.place not in (self._locals if state.bound else self._globals):
                yield f"{state.place} is not declared"

    def _expr(self, root: Expr, bound: bool, enabled: bool = True) -> Iterator[str]:
        outside = set(walk(root, into_aggregates=False))
        for expr in walk(root):
            match expr:
                case Global() if self._globals.get(expr.name) is not expr.sort:
                    yield f"global {expr.name} is not declared with this sort"
                case Local() if self._locals.get(expr.name) is not expr.sort:
                    yield f"local {expr.name} is not declared with this sort"
                case Local() if expr in outside and not bound:
                    yield f"{expr.name} is read but no node is bound"
                case Param() if expr.name not in self._params:
                    yield f"parameter {expr.name} is not declared"
                case Enabled() if not enabled:
                    yield "only environment guards and properties may ask what is enabled"
                case Aggregate() if any(isinstance(e, Aggregate | Enabled) for e in walk(expr.body)):
                    yield "an aggregate looks at one node's block at a time"
                case _:
                    pass


def _twice(names: Iterable[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]
