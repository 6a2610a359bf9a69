"""Which actions can fire in a world, kept up to date from step to step.

Guards are compiled; after a step only those are tried again whose places changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kspec.core.code import Writer
from kspec.core.evaluate import evaluate
from kspec.core.expr import UNLIMITED, Aggregate, Enabled, Expr, Fold, Global, Local, walk
from kspec.core.lower.mapping import action_expressions, aggregates_in, changes_something
from kspec.core.system import Action, ActionKind, Family, System
from kspec.run.world import Choice, World

Guard = Callable[[dict[str, int], dict[str, int], list[int], frozenset[str]], bool]


class Engine:
    """The enabled choices of a world."""

    def __init__(self, world: World, families: Iterable[Family] = (Family.RANKING,)) -> None:
        self.world = world
        self._families = frozenset(families)
        self._aggregates = aggregates_in(e for a in world.system.actions for e in (a.guard, changes_something(a)))
        self._mixed = any(isinstance(e, Global) for found in self._aggregates for e in walk(found.body))
        self._numbers = {aggregate: i for i, aggregate in enumerate(self._aggregates)}
        self._guards = _compile_guards(world.system, self._numbers)
        self._late = [i for i, a in enumerate(world.system.actions) if _asks_enabled(a)]
        self._index()
        self._values: list[int] = []
        self._on: list[list[int | None]] = []
        self.refresh()

    def _index(self) -> None:
        """Which actions read which global, and which (class, local) through an aggregate or from their own node."""
        system = self.world.system
        self._by_global: dict[str, list[int]] = {}
        self._by_sum: dict[tuple[int, str], list[int]] = {}
        self._own: dict[tuple[int, str], list[int]] = {}
        self._sums_of: dict[tuple[int, str], list[int]] = {}
        for i, action in enumerate(system.actions):
            for place in _reads(action):
                match place:
                    case (None, name, _):
                        self._by_global.setdefault(name, []).append(i)
                    case (index, name, True):
                        self._by_sum.setdefault((index, name), []).append(i)
                    case (index, name, _):
                        self._own.setdefault((index, name), []).append(i)
        for number, aggregate in enumerate(self._aggregates):
            for expr in walk(aggregate.body):
                if isinstance(expr, Local):
                    for index in aggregate.classes:
                        self._sums_of.setdefault((index, expr.name), []).append(number)

    def refresh(self) -> None:
        """Try everything again (after going back in time)."""
        self._values = [self._fold(aggregate) for aggregate in self._aggregates]
        self._on = [[] for _ in self.world.system.actions]
        for i in range(len(self._on)):
            if i not in self._late:
                self._on[i] = self._try(i)
        self._retry_late()

    def _fold(self, aggregate: Aggregate) -> int:
        here = self.world.valuation()
        blocks = [self.world.blocks[n] for c in sorted(aggregate.classes) for n in self.world.members(c)]
        values = [evaluate(aggregate.body, here.at(block)) for block in blocks]
        match aggregate.fold:
            case Fold.SUM:
                return sum(values)
            case Fold.MIN:
                return min(values, default=UNLIMITED)
            case Fold.MAX:
                return max(values, default=-UNLIMITED)

    def _try(self, i: int, enabled: frozenset[str] = frozenset()) -> list[int | None]:
        action, guard, world = self.world.system.actions[i], self._guards[i], self.world
        if action.node_class is None:
            return [None] if guard(world.globals, {}, self._values, enabled) and self._changes(i, None) else []
        return [
            node
            for node in world.members(action.node_class)
            if guard(world.globals, world.blocks[node], self._values, enabled) and self._changes(i, node)
        ]

    def _changes(self, i: int, node: int | None) -> bool:
        """A broadcast has to be tried; for other actions the guard says whether they change something."""
        broadcast = self.world.system.actions[i].broadcast
        if broadcast is None:
            return True
        now = self.world.valuation(node)
        action = self.world.system.actions[i]
        if any(self.world.globals[name] != evaluate(value, now) for name, value in action.globals.items()):
            return True
        if node is not None and any(
            self.world.blocks[node][name] != evaluate(value, now) for name, value in action.locals.items()
        ):
            return True
        return any(
            self.world.blocks[n][name] != evaluate(value, now.at(self.world.blocks[n]))
            for index, updates in broadcast.locals.items()
            for n in self.world.members(index)
            for name, value in updates.items()
        )

    def _retry_late(self) -> None:
        if not self._late:
            return
        actions = self.world.system.actions
        enabled = frozenset(
            a.component for i, a in enumerate(actions) if self._on[i] and a.kind is ActionKind.CONTROLLER
        )
        for i in self._late:
            self._on[i] = self._try(i, enabled)

    def options(self) -> list[Choice]:
        """The enabled choices the preferences in force allow, in the order of actions and nodes."""
        found: list[Choice] = []
        groups: dict[str, list[Choice]] = {}
        for i, nodes in enumerate(self._on):
            preference = self.world.system.actions[i].preference
            if preference is not None and preference.family in self._families:
                groups.setdefault(preference.group, []).extend(Choice(i, node) for node in nodes)
            else:
                found += [Choice(i, node) for node in nodes]
        for members in groups.values():
            found += self._best(members)
        return sorted(found, key=lambda c: (c.action, -1 if c.node is None else c.node))

    def _best(self, members: list[Choice]) -> list[Choice]:
        if len(members) < 2:
            return members
        keys = [self._key(choice) for choice in members]
        top = max(keys)
        return [choice for choice, key in zip(members, keys, strict=True) if key == top]

    def _key(self, choice: Choice) -> tuple[int, ...]:
        preference = self.world.system.actions[choice.action].preference
        assert preference is not None
        return tuple(self.world.value(part, choice.node) for part in preference.key)

    def enabled(self) -> Iterator[Choice]:
        """All enabled choices, preferences aside."""
        for i, nodes in enumerate(self._on):
            for node in nodes:
                yield Choice(i, node)

    def note(self, choice: Choice, before: dict[str, int], block: dict[str, int]) -> None:
        """The world has taken a step: look again where something changed.

        `before` and `block` are the globals and the bound node's block as they were.
        """
        action = self.world.system.actions[choice.action]
        if action.broadcast is not None:
            self.refresh()
            return
        names = [n for n in action.globals if before[n] != self.world.globals[n]]
        touched = {i for name in names for i in self._by_global.get(name, ())}
        own: set[int] = set()
        if choice.node is not None:
            index = self.world.nodes[choice.node].node_class
            changed = [n for n in action.locals if block[n] != self.world.blocks[choice.node][n]]
            for name in changed:
                touched.update(self._by_sum.get((index, name), ()))
                own.update(self._own.get((index, name), ()))
            self._update_sums(index, changed, block, choice.node)
        if self._mixed:
            self._values = [self._fold(aggregate) for aggregate in self._aggregates]
        for i in touched:
            self._on[i] = self._try(i)
        for i in own - touched:
            self._try_at(i, choice.node)
        self._retry_late()

    def _update_sums(self, index: int, changed: list[str], block: dict[str, int], node: int) -> None:
        numbers = {n for name in changed for n in self._sums_of.get((index, name), ())}
        now = self.world.valuation()
        for number in numbers:
            aggregate = self._aggregates[number]
            if aggregate.fold is Fold.SUM:
                body = aggregate.body
                gained = evaluate(body, now.at(self.world.blocks[node])) - evaluate(body, now.at(block))
                self._values[number] += gained
            else:
                self._values[number] = self._fold(aggregate)

    def _try_at(self, i: int, node: int | None) -> None:
        world, guard = self.world, self._guards[i]
        assert node is not None
        on = [n for n in self._on[i] if n != node]
        if guard(world.globals, world.blocks[node], self._values, frozenset()) and self._changes(i, node):
            on = sorted([*on, node], key=lambda n: -1 if n is None else n)
        self._on[i] = on


def _asks_enabled(action: Action) -> bool:
    return any(isinstance(e, Enabled) for e in walk(action.guard))


def _reads(action: Action) -> set[tuple[int | None, str, bool]]:
    """(class, local, through an aggregate) or (None, global, False) for everything the enabledness depends on."""
    places: set[tuple[int | None, str, bool]] = set()
    roots = (action.guard, changes_something(action)) if action.broadcast is None else tuple(action_expressions(action))
    for expr in walk(*roots):
        if isinstance(expr, Global):
            places.add((None, expr.name, False))
        elif isinstance(expr, Aggregate):
            inner = [e.name for e in walk(expr.body) if isinstance(e, Local)]
            places.update((index, name, True) for index in expr.classes for name in inner)
    if action.node_class is not None:
        own = walk(*roots, into_aggregates=False)
        places.update((action.node_class, e.name, False) for e in own if isinstance(e, Local))
    if action.broadcast is not None:
        for index, updates in action.broadcast.locals.items():
            inner = [e.name for e in walk(*updates.values()) if isinstance(e, Local)] + list(updates)
            places.update((index, name, True) for name in inner)
    return places


def _compile_guards(system: System, numbers: dict[Aggregate, int]) -> list[Guard]:
    """For each action: guard and changing something, as a function of globals, block, aggregates and components."""
    writer = Writer(
        {v.name: f"g[{v.name!r}]" for v in system.globals},
        {v.name: f"b[{v.name!r}]" for v in system.locals},
        lambda aggregate: f"a[{numbers[aggregate]}]",
        lambda asked: "bool(e)" if asked.component is None else f"({asked.component!r} in e)",
    )

    def text(expr: Expr) -> str:
        return writer.text(expr)

    tests = (f"{text(a.guard)} and {text(changes_something(a))}" for a in system.actions)
    lines = ["guards = ["] + [f" lambda g, b, a, e: {test}," for test in tests] + ["]"]
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), f"<{system.name} guards>", "exec"), space)
    guards: list[Guard] = space["guards"]
    return guards
