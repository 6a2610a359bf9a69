"""Representatives: the nodes of a class that the environment may touch become a class of their own.

Exact because nodes of a class are interchangeable before the first touch: whichever nodes are hit, call them the first.
"""

from __future__ import annotations

from dataclasses import replace as copy
from functools import partial

from kspec.core.bounds import Bounds, narrowed
from kspec.core.build import aggregate, const, gt, sub
from kspec.core.expr import ZERO, Aggregate, Const, Expr, Global, Local
from kspec.core.linear import conjuncts
from kspec.core.lower.mapping import Mapper
from kspec.core.lower.ranges import Ranges
from kspec.core.rewrite import rewrite
from kspec.core.system import Action, ActionKind, Broadcast, NodeClass, Orbit, System


def split_representatives(system: System) -> System:
    """The system with every class split into as many representatives as the environment can touch, and the rest.

    An environment action touches a new node only as often as a budget allows: a global that is a positive number at the
    start, must be positive for the action, and is lowered by it and never raised. Classes without such a bound stay.
    """
    touches = {index: _touches(system, index) for index in range(len(system.classes))}
    plan = {i: k for i, k in touches.items() if k and _larger(system, system.classes[i], k)}
    return _split(system, plan) if plan else system


def _touches(system: System, index: int) -> int | None:
    """How many nodes of a class the environment can touch; None where there is no bound."""
    budgets: dict[str, int] = {}
    for action in system.actions:
        if action.kind is not ActionKind.ENVIRONMENT or action.node_class != index or _needs_earlier(system, action):
            continue
        budget = next((name for name in action.globals if _is_budget(system, action, name)), None)
        if budget is None:
            return None
        start = next(v.init for v in system.globals if v.name == budget)
        assert isinstance(start, Const)
        budgets[budget] = start.value
    return sum(budgets.values())


def _is_budget(system: System, action: Action, name: str) -> bool:
    variable = next(v for v in system.globals if v.name == name)
    place = Global(name, variable.sort)
    if not isinstance(variable.init, Const) or gt(place, 0) not in conjuncts(action.guard):
        return False
    return all(_lowers(other.globals[name], place) for other in system.actions if name in other.globals)


def _lowers(value: Expr, place: Expr) -> bool:
    return value is ZERO or (isinstance(gap := sub(value, place), Const) and gap.value < 0)


def _needs_earlier(system: System, action: Action) -> bool:
    """The guard holds only on nodes that the environment has touched before."""
    assert action.node_class is not None
    for variable in system.locals:
        writers = [a for a in system.actions if variable.name in a.locals or _broadcasts(a, variable.name)]
        if any(a.kind is not ActionKind.ENVIRONMENT or a.broadcast is not None for a in writers):
            continue
        start = variable.init_in(action.node_class)
        place = Local(variable.name, variable.sort)
        holds = rewrite(action.guard, lambda e, place=place, start=start: start if e is place else None)  # type: ignore[misc]
        if isinstance(holds, Const) and not holds.value:
            return True
    return False


def _broadcasts(action: Action, name: str) -> bool:
    return action.broadcast is not None and any(name in updates for updates in action.broadcast.locals.values())


def _larger(system: System, node_class: NodeClass, count: int) -> bool:
    """The class certainly has more nodes than that."""
    ranges = Ranges(system.but(actions=()))
    low, _ = Bounds(narrowed(system.assumption, ranges.of_place)).of(node_class.size)
    if low is None:
        return False
    return low >= count if node_class.fixed_size is None else low > count


def _split(system: System, plan: dict[int, int]) -> System:
    """Replace the planned classes by two each; the environment acts on the first alone."""
    classes: list[NodeClass] = []
    parts: dict[int, tuple[int, ...]] = {}
    for index, node_class in enumerate(system.classes):
        if index in plan:
            count = plan[index]
            parts[index] = (len(classes), len(classes) + 1)
            classes.append(copy(node_class, name=f"{node_class.name}-touched", size=const(count)))
            classes.append(copy(node_class, name=f"{node_class.name}-rest", size=sub(node_class.size, count)))
        else:
            parts[index] = (len(classes),)
            classes.append(node_class)

    def replace(expr: Expr) -> Expr | None:
        if isinstance(expr, Aggregate):
            return aggregate(expr.fold, [part for index in expr.classes for part in parts[index]], expr.body)
        return None

    mapped = Mapper(lambda _: replace).system(system)
    actions = [_placed(action, part) for action in mapped.actions for part in _where(action, parts)]
    return mapped.but(
        classes=tuple(classes),
        actions=tuple(_spread(action, parts) for action in actions),
        locals=tuple(
            copy(v, inits=tuple((part, value) for index, value in v.inits for part in parts[index]))
            for v in system.locals
        ),
        interchangeable=tuple(orbit for orbit in map(partial(_regrouped, parts), system.interchangeable) if orbit),
    )


def _regrouped(parts: dict[int, tuple[int, ...]], orbit: Orbit) -> Orbit:
    """The orbit over the new classes; none where its members were split differently."""
    members = tuple(tuple(part for index in member for part in parts[index]) for member in orbit)
    return members if len({len(member) for member in members}) == 1 else ()


def _where(action: Action, parts: dict[int, tuple[int, ...]]) -> tuple[int | None, ...]:
    if action.node_class is None:
        return (None,)
    found = parts[action.node_class]
    return found[:1] if action.kind is ActionKind.ENVIRONMENT else found


def _placed(action: Action, part: int | None) -> Action:
    return copy(action, node_class=part)


def _spread(action: Action, parts: dict[int, tuple[int, ...]]) -> Action:
    if action.broadcast is None:
        return action
    updates = {part: changes for index, changes in action.broadcast.locals.items() for part in parts[index]}
    return copy(action, broadcast=Broadcast(updates, action.broadcast.sweeps))
