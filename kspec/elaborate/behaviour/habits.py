"""What is asked of every controller of a design's own: that it does not write what is so already, nor over what others
wrote since it looked.

Only actions are asked that say plainly what they write: assignments, for what the component stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from kspec.elaborate.behaviour.inside import Posed, homes
from kspec.elaborate.behaviour.memory import is_read_of, own_variable, variables
from kspec.elaborate.behaviour.reads import nodes_in
from kspec.elaborate.design import Design
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator


class Habit(Enum):
    """What a controller does wrong."""

    NEEDLESS = "needless"
    """It writes what is so already."""
    LOST_UPDATE = "lost update"
    """It writes over what somebody else wrote since it looked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an action: the invariant says that the habit never shows."""

    posed: Posed
    habit: Habit
    component: n.Component
    action: n.Action


def habits(design: Design) -> tuple[Asked, ...]:
    """The questions about all own controllers, under whatever the design's own properties let happen."""
    found: list[Asked] = []
    for component in design.components:
        for action, guard in _actions(component):
            for habit, shown in _shown(component, action, guard):
                found += _posed(design, component, action, habit, shown)
    return tuple(found)


def _actions(component: n.Component) -> Iterator[tuple[n.Action, n.Expr | None]]:
    """The controller's actions with everything that has to be so for them to happen."""
    for item in component.items:
        match item:
            case n.Action(role=None | n.Role.FAIR, binders=()):
                yield item, item.guard
            case n.Sync(guard=guard, steps=steps):
                before = guard
                for step in steps:
                    if not step.binders:
                        yield step, _and(before, step.guard)
                    if step.binders or step.guard is None:
                        break
                    before = _and(before, n.Unary(Operator.NOT, step.guard, span=step.span))
            case _:
                pass


def _shown(component: n.Component, action: n.Action, guard: n.Expr | None) -> Iterator[tuple[Habit, n.Expr]]:
    writes = [s for s in action.body if not isinstance(s, n.Tell | n.EventStatement)]
    plain = [s for s in writes if isinstance(s, n.Assign) and s.operator == ":=" and _read(s.path) is not None]
    if not writes or len(plain) != len(writes):
        return
    same = guard
    for write in plain:
        same = _and(same, _compared(Operator.EQ, write.path, write.value))
    assert same is not None
    yield Habit.NEEDLESS, same
    for write in plain:
        for memory in _remembered(component, write, guard):
            yield Habit.LOST_UPDATE, _some(_and(guard, memory))


def _remembered(component: n.Component, write: n.Assign, guard: n.Expr | None) -> Iterator[n.Expr]:
    """`memory != field`, for memory that a write to the field is worked out from, and the guard does not compare."""
    target = _read(write.path)
    for variable in variables(component):
        name = variable.name.text
        used = any(is_read_of(component, node, name) for node in nodes_in([write.value]))
        copied = used and name != own_variable(component, write.path) and _is_copy(component, name, target)
        asks = guard is not None and any(node == target for node in nodes_in([guard]))
        if copied and not asks:
            yield n.Binary(Operator.NE, n.Name(name, span=write.span), _some(target), span=write.span)


def _is_copy(component: n.Component, name: str, target: n.Expr | None) -> bool:
    """Whether some action of the component keeps the field in the variable."""
    every = (node for node in nodes_in(component.items) if isinstance(node, n.Assign))
    return any(own_variable(component, a.path) == name and a.operator == ":=" and a.value == target for a in every)


def _posed(design: Design, component: n.Component, action: n.Action, habit: Habit, shown: n.Expr) -> Iterator[Asked]:
    formula = n.Temporal(n.TemporalOperator.NEVER, None, shown, span=action.span)
    name = replace(action.name, text=f"{component.name.text}.{action.name.text}")
    prop = n.Property(n.PropertyKind.INVARIANT, name, None, formula, (), span=action.span)
    for home in homes(component, design):
        for under in _what_happens(design):
            yield Asked(Posed(replace(prop, under=under), home), habit, component, action)


def _what_happens(design: Design) -> tuple[tuple[n.Disturbance, ...], ...]:
    """Nothing, and what each of the design's properties lets happen."""
    own = [p.under for p in design.properties]
    own += [i.under for c in design.components for i in c.items if isinstance(i, n.Property)]
    return tuple(dict.fromkeys([(), *own]))


def _read(path: n.PathRef) -> n.Expr | None:
    """The expression that reads what a path writes."""
    first, *rest = path.parts
    if not isinstance(first, n.Key):
        return None
    found: n.Expr = n.Name(first.text, span=path.span)
    for part in rest:
        if not isinstance(part, n.Key):
            return None
        found = n.Attribute(found, part, span=path.span)
    return found


def _compared(operator: Operator, path: n.PathRef, value: n.Expr) -> n.Expr:
    return n.Binary(operator, _some(_read(path)), value, span=path.span)


def _and(left: n.Expr | None, right: n.Expr | None) -> n.Expr | None:
    if left is None or right is None:
        return left if right is None else right
    span: Span = right.span
    return n.Binary(Operator.AND, left, right, span=span)


def _some(found: n.Expr | None) -> n.Expr:
    assert found is not None
    return found
