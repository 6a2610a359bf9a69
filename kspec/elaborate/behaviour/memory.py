"""What a design's own controllers keep in memory: what they saw when they last looked, and what a restart takes away.

A component says neither; both are read off its actions. A cache is a variable that one action of the component brings
up to date (`observe when s.seen != up(s, 0) { s.seen := up(s, 0) }`). A crash is an environment action that sets
variables back to how they start, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator
from kspec.syntax.nodes.trees import changed

Tree = TypeVar("Tree")


@dataclass(frozen=True, slots=True)
class Cache:
    """A variable of a component, what it is a view of, and the action that looks."""

    variable: str
    seen: n.Expr
    observer: n.Action


def caches(component: n.Component) -> tuple[Cache, ...]:
    """The views that a component keeps."""
    return tuple(found for item in component.items if isinstance(item, n.Action) and (found := _cache(component, item)))


def with_fresh_caches(component: n.Component) -> n.Component:
    """The component that looks each time instead of remembering."""
    fresh = component
    for cache in caches(component):
        items = tuple(_looking(item, component, cache) for item in fresh.items if item != cache.observer)
        fresh = replace(fresh, items=items)
    return fresh


def without_crashes(component: n.Component) -> n.Component:
    """The component that never forgets."""
    names = crashes(component)
    kept = (i for i in component.items if not (isinstance(i, n.Action) and i.name.text in names))
    return replace(component, items=tuple(kept)) if names else component


def crashes(component: n.Component) -> tuple[str, ...]:
    """The names of the disturbances that make a component forget."""
    start = {v.name.text: v.init for v in variables(component)}
    found = []
    for item in component.items:
        if isinstance(item, n.Action) and item.role is n.Role.ENVIRONMENT:
            writes = [s for s in item.body if not isinstance(s, n.Tell | n.EventStatement)]
            if writes and all(isinstance(s, n.Assign) and _sets_back(component, s, start) for s in writes):
                found.append(item.name.text)
    return tuple(found)


def variables(component: n.Component) -> Iterator[n.Variable]:
    """The state that a component keeps for what it stands for."""
    for item in component.items:
        if isinstance(item, n.State):
            yield from item.variables


def own_variable(component: n.Component, path: n.PathRef) -> str | None:
    """The variable of the component that a path names: `seen`, or `s.seen` where it stands for `s`."""
    keys = [part.text for part in path.parts if isinstance(part, n.Key)]
    if len(keys) != len(path.parts) or not keys:
        return None
    subject = component.binders[0].name.text if component.binders else None
    name = keys[-1] if len(keys) == 1 or keys[:-1] == [subject] else None
    return name if any(v.name.text == name for v in variables(component)) else None


def is_read_of(component: n.Component, node: object, variable: str) -> bool:
    """Whether an expression is that variable of the component."""
    match node:
        case n.Name(text=text):
            return text == variable
        case n.Attribute(target=n.Name(text=subject), name=name):
            return bool(component.binders) and subject == component.binders[0].name.text and name.text == variable
        case _:
            return False


def _cache(component: n.Component, action: n.Action) -> Cache | None:
    writes = [s for s in action.body if not isinstance(s, n.Tell | n.EventStatement)]
    if action.role is not None or action.binders or len(writes) != 1 or action.guard is None:
        return None
    (write,) = writes
    if not isinstance(write, n.Assign) or write.operator != ":=":
        return None
    variable = own_variable(component, write.path)
    if variable is None or not _asks_for_difference(component, action.guard, variable, write.value):
        return None
    return Cache(variable, write.value, action)


def _asks_for_difference(component: n.Component, guard: n.Expr, variable: str, seen: n.Expr) -> bool:
    """`variable != seen`, alone or as one of several conditions."""
    match guard:
        case n.Binary(operator=Operator.AND, left=left, right=right):
            return any(_asks_for_difference(component, side, variable, seen) for side in (left, right))
        case n.Binary(operator=Operator.NE, left=left, right=right):
            pairs = ((left, right), (right, left))
            return any(is_read_of(component, one, variable) and other == seen for one, other in pairs)
        case _:
            return False


def _sets_back(component: n.Component, write: n.Assign, start: dict[str, n.Expr | None]) -> bool:
    variable = own_variable(component, write.path)
    return variable is not None and write.operator == ":=" and start[variable] == write.value


def _looking(tree: Tree, component: n.Component, cache: Cache) -> Tree:
    """The tree with what the variable is a view of in its place."""
    if is_read_of(component, tree, cache.variable):
        return cache.seen  # type: ignore[return-value]
    return tree if isinstance(tree, n.State) else changed(tree, lambda part: _looking(part, component, cache))
