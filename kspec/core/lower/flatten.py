"""Flat systems: no classes, no blocks, no preferences, no aggregates; what solvers read.

Every node's variables become globals `name@node`. Preferences become guards. Every guard says that the action changes
something, and `Enabled` is spelled out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as copy
from itertools import count, islice

from kspec.core.build import and_, lt, max_, min_, not_, or_, total
from kspec.core.expr import FALSE, INT, TRUE, UNLIMITED, Aggregate, Const, Enabled, Expr, Fold, Global, Local
from kspec.core.lower.mapping import Mapper, changes_something
from kspec.core.rewrite import Replace, rewrite
from kspec.core.system import Action, ActionKind, Preference, System, Variable


@dataclass(frozen=True, slots=True)
class Spot:
    """One block: a node, or a whole merged class."""

    node_class: int
    name: str


def spots(system: System) -> list[Spot] | None:
    """The blocks of a system, in order; None where a class that is not merged has a symbolic size.

    No two have one name: nodes of `general` are not called like a class `general-1` that was split off it.
    """
    found: list[Spot] = []
    taken = {node_class.name for node_class in system.classes}
    for index, node_class in enumerate(system.classes):
        if node_class.merged:
            found.append(Spot(index, node_class.name))
            continue
        if node_class.fixed_size is None:
            return None
        size = node_class.fixed_size
        names = (f"{node_class.name}-{n}" for n in count(1))
        free = islice((name for name in names if name not in taken), size)
        found += [Spot(index, name) for name in ((node_class.name,) if size == 1 else free)]
    return found


def flatten(system: System) -> System | None:
    """The flat system, or None where the number of nodes of some class is symbolic and the class is not merged."""
    found = spots(system)
    return None if found is None else _Flattening(system, found).system()


class _Flattening:
    def __init__(self, system: System, spots: list[Spot]) -> None:
        self._system = system
        self._spots = spots
        self._sums: dict[Aggregate, Expr] = {}
        self._at = {spot: (self._replace(spot), {}) for spot in spots}  # type: ignore[var-annotated]
        self._nowhere: tuple[Replace, dict[Expr, Expr]] = (self._replace(None), {})

    def _replace(self, spot: Spot | None) -> Replace:
        def replace(expr: Expr) -> Expr | None:
            if isinstance(expr, Local) and spot is not None:
                return Global(f"{expr.name}@{spot.name}", expr.sort)
            if isinstance(expr, Aggregate):
                return self._aggregate(expr)
            return None

        return replace

    def _expr(self, expr: Expr, spot: Spot | None) -> Expr:
        replace, memo = self._nowhere if spot is None else self._at[spot]
        return rewrite(expr, replace, memo)

    def _aggregate(self, expr: Aggregate) -> Expr:
        known = self._sums.get(expr)
        if known is None:
            bodies = [self._expr(expr.body, spot) for spot in self._spots if spot.node_class in expr.classes]
            known = self._sums[expr] = _folded(expr.fold, bodies)
        return known

    def system(self) -> System:
        """Everything at once."""
        variables = [
            *self._system.globals,
            *(self._variable(v, spot) for spot in self._spots for v in self._system.locals),
        ]
        actions: list[Action] = []
        for action in self._system.actions:
            places = (
                [s for s in self._spots if s.node_class == action.node_class]
                if action.node_class is not None
                else [None]
            )
            actions += [self._action(action, spot) for spot in places]
        plain = Mapper(lambda _: self._nowhere[0])
        flat = self._system.but(
            classes=(),
            globals=tuple(variables),
            locals=(),
            actions=tuple(action for action in _preferred(actions) if action.guard is not FALSE),
            properties=tuple(plain.property(asked) for asked in self._system.properties),
            measures=tuple(plain.measure(measure) for measure in self._system.measures),
            interchangeable=(),
        )
        return spell_out_enabled(flat)

    def _variable(self, variable: Variable, spot: Spot) -> Variable:
        high = None if self._system.classes[spot.node_class].merged else variable.high
        init = variable.init_in(spot.node_class)
        return copy(variable, name=f"{variable.name}@{spot.name}", high=high, init=init, inits=())

    def _action(self, action: Action, spot: Spot | None) -> Action:
        updates = {name: self._expr(value, spot) for name, value in action.globals.items()}
        if spot is not None:
            updates |= {f"{name}@{spot.name}": self._expr(value, spot) for name, value in action.locals.items()}
        if action.broadcast is not None:
            for there in self._spots:
                for name, value in action.broadcast.locals.get(there.node_class, {}).items():
                    updates[f"{name}@{there.name}"] = self._expr(value, there)
        preference = action.preference
        if preference is not None:
            preference = copy(preference, key=tuple(self._expr(part, spot) for part in preference.key))
        flat = Action(
            action.label if spot is None else f"{action.label} @{spot.name}",
            action.component,
            action.kind,
            self._expr(action.guard, spot),
            updates,
            preference=preference,
            span=action.span,
            origin=action.origin,
            must=None if action.must is None else self._expr(action.must, spot),
        )
        changes = changes_something(flat)
        return copy(flat, guard=and_(flat.guard, changes), must=and_(flat.certainly, changes))


def _folded(fold: Fold, bodies: list[Expr]) -> Expr:
    match fold:
        case Fold.SUM:
            return total(bodies)
        case Fold.MIN:
            return min_(*bodies) if bodies else Const(UNLIMITED, INT)
        case Fold.MAX:
            return max_(*bodies) if bodies else Const(-UNLIMITED, INT)


def _preferred(actions: list[Action]) -> list[Action]:
    """Preferences as guards: no enabled action of the group has a larger key."""
    groups: dict[str, list[tuple[Action, Preference]]] = {}
    for action in actions:
        if action.preference is not None:
            groups.setdefault(action.preference.group, []).append((action, action.preference))
    result = []
    for action in actions:
        if action.preference is None:
            result.append(action)
            continue
        mine = action.preference
        beaten = [
            not_(and_(rival.certainly, larger(theirs.key, mine.key)))
            for rival, theirs in groups[mine.group]
            if rival is not action
        ]
        result.append(copy(action, guard=and_(action.guard, *beaten), preference=None))
    return result


def larger(one: Iterable[Expr], two: Iterable[Expr]) -> Expr:
    """Lexicographically greater."""
    result, equal = FALSE, TRUE
    for left, right in zip(one, two, strict=True):
        result = or_(result, and_(equal, lt(right, left)))
        equal = and_(equal, not_(or_(lt(left, right), lt(right, left))))
    return result


def enabledness(system: System, component: str | None = None) -> Expr:
    """Some controller action (of a component) of a flat system can change something."""
    return or_(
        *(
            action.certainly
            for action in system.actions
            if action.kind is ActionKind.CONTROLLER and component in (None, action.component)
        )
    )


def spell_out_enabled(system: System) -> System:
    """`Enabled` as the disjunction of guards."""
    known: dict[str | None, Expr] = {}

    def replace(expr: Expr) -> Expr | None:
        if not isinstance(expr, Enabled):
            return None
        if expr.component not in known:
            known[expr.component] = enabledness(system, expr.component)
        return known[expr.component]

    mapper = Mapper(lambda _: replace)
    environment = {i: mapper.action(a) for i, a in enumerate(system.actions) if a.kind is ActionKind.ENVIRONMENT}
    return system.but(
        actions=tuple(environment.get(i, action) for i, action in enumerate(system.actions)),
        properties=tuple(mapper.property(asked) for asked in system.properties),
    )
