"""The source's own cone of influence: which components a question needs, and which names can change at all.

Names stand for places (any `replicas` for every `replicas`), so the cone is too wide rather than too narrow; lowering
narrows the system that comes of it. An action whose guard asks for a value that nothing ever writes takes no part:
without a deleted namespace, nothing that happens in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from weakref import WeakKeyDictionary

from kspec.elaborate.behaviour.library import Library, declared_in
from kspec.elaborate.behaviour.reads import PODS, Uses, assignments, uses
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator

Constant: TypeAlias = str | bool

SETTLED = "settled"
"""A word that asks of all components whether they are done: of those that move pods, and of the design's own."""

FROM_SCRATCH = "from_scratch"
"""A word of the language that is true in simulations: the run starts from an empty cluster."""


@dataclass(frozen=True, slots=True)
class Cone:
    """The components a question needs, and the names that some action of theirs reads and some action writes."""

    components: frozenset[str]
    written: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    """An action (or what else a component says): what it needs to be true, what it uses, which constants it writes."""

    component: str
    disturbance: str | None
    needs: tuple[tuple[str, Constant], ...]
    uses: Uses
    gives: Mapping[str, frozenset[Constant] | None] = field(default_factory=dict)
    """Per name the constants it may write; None where it may write anything."""


class Dependencies:
    """What each action of a library reads and writes, computed once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._functions = {name: uses([f.body for f in versions]) for name, versions in library.functions.items()}
        self._procedures = {name: uses([p for p, _ in versions]) for name, versions in library.procedures.items()}
        self._booleans, self._starts = _declarations(library.components.values())
        self._parts = [part for c in library.components.values() for part in self._of(c.name.text, c.items, ())]

    # ------------------------------------------------------------ what the texts say

    def _of(self, component: str, items: Iterable[n.ComponentItem], guard: tuple[n.Expr, ...]) -> Iterator[_Part]:
        for item in items:
            match item:
                case n.Each(source=source, items=inner):
                    yield _Part(component, None, (), self.closed(uses([source])))
                    yield from self._of(component, inner, guard)
                case n.Sync(guard=outer, steps=steps):
                    around = (*guard, outer) if outer is not None else guard
                    yield from self._of(component, steps, around)
                case n.Action():
                    yield self._action(component, item, guard)
                case n.Measure() | n.Property() | n.Procedure():
                    pass
                case _:
                    yield _Part(component, None, (), self.closed(uses([item])))

    def _action(self, component: str, action: n.Action, guard: tuple[n.Expr, ...]) -> _Part:
        whole = (*guard, action.guard) if action.guard is not None else guard
        found = self.closed(uses([action, *whole]))
        called = [p.body for name in found.calls for p, _ in self._library.procedures.get(name, ())]
        gives: dict[str, frozenset[Constant] | None] = {}
        for assignment in assignments([action.body, *called]):
            last = assignment.path.parts[-1]
            name = last.text if isinstance(last, n.Key) else ""
            value = _constant(assignment.value) if assignment.operator == ":=" else None
            before = gives.get(name, frozenset())
            gives[name] = None if value is None or before is None else before | {value}
        disturbance = action.name.text if action.role is n.Role.ENVIRONMENT else None
        needs = tuple(need for part in whole for need in self._needs(part))
        return _Part(component, disturbance, needs, found, gives)

    def _needs(self, guard: n.Expr) -> Iterator[tuple[str, Constant]]:
        match guard:
            case n.Binary(operator=Operator.AND, left=left, right=right):
                yield from self._needs(left)
                yield from self._needs(right)
            case n.Binary(operator=Operator.EQ, left=left, right=right):
                name, value = _variable(left), _constant(right)
                if name is not None and isinstance(value, str):
                    yield name, value
            case n.Unary(operator=Operator.NOT, operand=operand):
                name = _variable(operand)
                if name in self._booleans:
                    yield name, False
            case _:
                name = _variable(guard)
                if name in self._booleans:
                    yield name, True

    def closed(self, found: Uses) -> Uses:
        """With what the functions and procedures read and write that are mentioned."""
        done: set[str] = set()
        waiting = set(found.reads) | set(found.calls)
        while waiting:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            for inner in (self._functions.get(name), self._procedures.get(name) if name in found.calls else None):
                if inner is not None:
                    found |= inner
                    waiting |= (inner.reads | inner.calls) - done
        return found

    def bodies(self, node: n.Node) -> list[n.Expr]:
        """The bodies of the functions that an expression uses, directly or not."""
        found = self.closed(uses([node]))
        return [f.body for name in found.reads for f in self._library.functions.get(name, ())]

    # ------------------------------------------------------------ what a question needs of them

    def cone(self, asked: Uses, disturbances: frozenset[str]) -> Cone:
        """What influences the names asked for, with the environment actions of these names switched on."""
        parts = self._alive(disturbances, from_scratch=False)
        by_component: dict[str, Uses] = {}
        for part in parts:
            by_component[part.component] = by_component.get(part.component, Uses()) | part.uses
        needed = set(self.closed(asked).reads)
        if "pods" in needed:
            needed.add(PODS)
        if SETTLED in needed:
            needed |= {
                PODS,
                *(name for part in parts if part.component in self._library.own for name in part.uses.writes),
            }
        kept: set[str] = set()
        while True:
            added = {name for name, part in by_component.items() if name not in kept and part.writes & needed}
            if not added:
                break
            kept |= added
            needed.update(*(by_component[name].reads for name in added))
        written = {name for part in parts if part.component in kept for name in part.uses.writes}
        return Cone(frozenset(kept), frozenset(written & needed))

    def everything(self, disturbances: frozenset[str]) -> Cone:
        """All components, for a run that starts from an empty cluster; what only a question remembers is left out."""
        parts = self._alive(disturbances, from_scratch=True)
        written = {name for part in parts for name in part.uses.writes}
        return Cone(self._library.acting, frozenset(written))

    def _alive(self, disturbances: frozenset[str], *, from_scratch: bool) -> list[_Part]:
        """The parts that can take part: none of what an action asks for is out of reach."""
        values: dict[str, set[Constant] | None] = {FROM_SCRATCH: {from_scratch}}
        for name, starts in self._starts.items():
            found = {_start(start, from_scratch) for start in starts}
            values[name] = None if None in found else {value for value in found if value is not None}
        waiting = [p for p in self._parts if self._switched_on(p, disturbances)]
        alive: list[_Part] = []
        while True:
            added = [p for p in waiting if all(_can_be(values, name, value) for name, value in p.needs)]
            if not added:
                return alive
            waiting = [p for p in waiting if p not in added]
            alive += added
            for part in added:
                for name, given in part.gives.items():
                    known = values.get(name, set())
                    values[name] = None if known is None or given is None else known | given

    def _switched_on(self, part: _Part, disturbances: frozenset[str]) -> bool:
        return part.disturbance is None or part.disturbance in disturbances or part.component in self._library.own


def _can_be(values: Mapping[str, set[Constant] | None], name: str, value: Constant) -> bool:
    known = values.get(name)
    return known is None or value in known


def _declarations(components: Iterable[n.Component]) -> tuple[frozenset[str], dict[str, list[Constant | n.Expr]]]:
    """The names of truth values, and per name of a variable what it may start with."""
    booleans: set[str] = {FROM_SCRATCH}
    starts: dict[str, list[Constant | n.Expr]] = {}
    for component in components:
        for variable in declared_in(component.items):
            kind = variable.type
            if kind.name == "bool":
                booleans.add(variable.name.text)
            first: Constant = kind.members[0] if kind.members else False
            starts.setdefault(variable.name.text, []).append(first if variable.init is None else variable.init)
    return frozenset(booleans), starts


def _start(start: Constant | n.Expr, from_scratch: bool) -> Constant | None:
    match start:
        case str() | bool():
            return start
        case n.Name(text=text) if text == FROM_SCRATCH:
            return from_scratch
        case n.Unary(operator=Operator.NOT, operand=n.Name(text=text)) if text == FROM_SCRATCH:
            return not from_scratch
        case _:
            return _constant(start)


def _constant(node: n.Expr) -> Constant | None:
    match node:
        case n.Boolean(value=value):
            return value
        case n.Name(text=text) if text[:1].isupper():
            return text
        case _:
            return None


def _variable(node: n.Expr) -> str | None:
    match node:
        case n.Name(text=text):
            return text
        case n.Attribute(name=name):
            return name.text
        case _:
            return None


_known: WeakKeyDictionary[Library, Dependencies] = WeakKeyDictionary()


def dependencies(library: Library) -> Dependencies:
    """The dependencies of a library, remembered for as long as it lives."""
    found = _known.get(library)
    if found is None:
        found = _known[library] = Dependencies(library)
    return found
