"""The source's own cone of influence: which components a question needs, by the names of what they read and write.

Names stand for places (any `replicas` for every `replicas`), so the cone is too wide rather than too narrow; lowering
narrows the system that comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache

from kspec.elaborate.behaviour.library import Library, declared_in
from kspec.syntax import nodes as n

PODS = "phase"
"""The name under which all of a pod's life counts as one place."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The names a piece of text mentions, the names it writes, the procedures it calls."""

    reads: frozenset[str]
    writes: frozenset[str]
    calls: frozenset[str]

    def __or__(self, other: Uses) -> Uses:
        return Uses(self.reads | other.reads, self.writes | other.writes, self.calls | other.calls)


NOTHING = Uses(frozenset(), frozenset(), frozenset())


def uses(items: Iterable[object]) -> Uses:
    """What some nodes mention. What is only told does not count as read."""
    reads: set[str] = set()
    writes: set[str] = set()
    calls: set[str] = set()
    for node in _walk(items):
        match node:
            case n.Name(text=text):
                reads.add(text)
            case n.Attribute(name=name):
                reads.add(name.text)
            case n.Reference(rest=rest):
                reads.update(rest.split(".")[1:])
            case n.Assign(path=path, operator=operator):
                last = path.parts[-1]
                written = last.text if isinstance(last, n.Key) else ""
                writes.add(PODS if written == "node" else written)
                reads.update(part.text for part in path.parts[:-1] if isinstance(part, n.Key))
                if operator != ":=":
                    reads.add(written)
            case n.Create() | n.Destroy():
                writes.add(PODS)
            case n.Call_(procedure=procedure):
                calls.add(procedure.text)
            case _:
                pass
    return Uses(frozenset(reads), frozenset(writes), frozenset(calls))


def _walk(items: Iterable[object]) -> Iterator[object]:
    stack = list(items)
    while stack:
        node = stack.pop()
        if isinstance(node, n.Tell | n.EventStatement):
            continue
        yield node
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, n.Node):
            stack.extend(getattr(node, name) for name in _field_names(type(node)))


_names: dict[str, tuple[str, ...]] = {}


def _field_names(kind: type[n.Node]) -> tuple[str, ...]:
    found = _names.get(kind.__qualname__)
    if found is None:
        found = _names[kind.__qualname__] = tuple(f.name for f in fields(kind) if f.name != "span")
    return found


@dataclass(frozen=True, slots=True)
class Cone:
    """The components a question needs, and the names that some action of theirs reads and some action writes."""

    components: tuple[str, ...]
    written: frozenset[str]


class Dependencies:
    """What each component of a library reads and writes, computed once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._functions = {name: uses([f.body for f in versions]) for name, versions in library.functions.items()}
        self._procedures = {name: uses([p for p, _ in versions]) for name, versions in library.procedures.items()}
        self._own = {name: self._of_component(c) for name, c in library.components.items()}

    def _of_component(self, component: n.Component) -> dict[str | None, Uses]:
        """By environment action (None: everything else), as only some of those take part in a question."""
        found: dict[str | None, Uses] = {None: NOTHING}

        def visit(items: Iterable[n.ComponentItem]) -> None:
            for item in items:
                match item:
                    case n.Each(source=source, items=inner):
                        found[None] |= uses([source])
                        visit(inner)
                    case n.Action(role=n.Role.ENVIRONMENT, name=name):
                        found[name.text] = found.get(name.text, NOTHING) | uses([item])
                    case n.Measure() | n.Property() | n.Procedure():
                        pass
                    case _:
                        found[None] |= uses([item])

        visit(component.items)
        return found

    def closed(self, found: Uses) -> Uses:
        """With what the functions and procedures read and write that are mentioned."""
        done: set[str] = set()
        waiting = set(found.reads) | set(found.calls)
        while waiting:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            for table in (self._functions, self._procedures):
                if name in table and (table is self._functions or name in found.calls):
                    found |= table[name]
                    waiting |= (table[name].reads | table[name].calls) - done
        return found

    def cone(self, asked: Uses, disturbances: frozenset[str]) -> Cone:
        """What influences the names asked for, with the environment actions of these names switched on."""
        needed = set(self.closed(asked).reads)
        parts = {name: self._active(name, by_action, disturbances) for name, by_action in self._own.items()}
        kept: dict[str, Uses] = {}
        while True:
            added = {name: part for name, part in parts.items() if name not in kept and part.writes & needed}
            if not added:
                break
            for name, part in added.items():
                kept[name] = part
                needed |= part.reads
        written = frozenset().union(*(part.writes for part in kept.values()))
        return Cone(tuple(kept), written & frozenset(needed))

    def everything(self, disturbances: frozenset[str]) -> Cone:
        """All components."""
        parts = {name: self._active(name, by_action, disturbances) for name, by_action in self._own.items()}
        return Cone(tuple(parts), frozenset().union(*(part.writes for part in parts.values())))

    def _active(self, name: str, by_action: dict[str | None, Uses], disturbances: frozenset[str]) -> Uses:
        own = name in self._library.own
        found = NOTHING
        for action, part in by_action.items():
            if action is None or action in disturbances or own:
                found |= part
        return self.closed(found)


@cache
def _known(library_id: int) -> list[Dependencies]:
    return []


def dependencies(library: Library) -> Dependencies:
    """The dependencies of a library, remembered for as long as the library lives."""
    found = _known(id(library))
    if not found or found[0]._library is not library:
        found[:] = [Dependencies(library)]
    return found[0]


def variables_of(component: n.Component) -> frozenset[str]:
    """The names of a component's state variables."""
    return frozenset(v.name.text for v in declared_in(component.items))
