"""Which actions can fire in a world, kept up to date from step to step.

Guards are compiled; after a step only those are tried again whose places changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kspec.core.evaluate import evaluate
from kspec.core.system import ActionKind, Family
from kspec.run.guards import Guards
from kspec.run.reader import Reader
from kspec.run.reads import Reads
from kspec.run.sums import Sums
from kspec.run.world import Choice, World

Nodes = list[int | None]
"""Where an action is enabled: nodes in ascending order, or [None] for an action that binds none."""


class Engine:
    """The enabled choices of a world."""

    def __init__(self, world: World, families: Iterable[Family] = (Family.RANKING,)) -> None:
        self.world = world
        self._actions = world.system.actions
        self.sums = Sums(world)
        self._guards = Guards(world.system, self.sums)
        self._reads = Reads(world.system, self._guards)
        self._late = [i for i in range(len(self._actions)) if self._guards.asks_enabled(i)]
        chosen = frozenset(families)
        self.groups: dict[int, str] = {
            i: a.preference.group
            for i, a in enumerate(self._actions)
            if a.preference is not None and a.preference.family in chosen
        }
        """The group of each action that a preference in force may hold back."""
        self._members: dict[str, list[int]] = {}
        for i, a in enumerate(self._actions):
            if a.preference is not None:
                self._members.setdefault(a.preference.group, []).append(i)
        self._on: list[Nodes] = [[] for _ in self._actions]
        self._here: list[Nodes | None] = [None] * len(self._actions)
        """Of actions whose guard splits, the nodes that meet what it asks of the node."""
        self._able: Counter[str] = Counter()
        self.value = Reader(world, self.sums, self.able)
        """The value of an expression now."""
        self.changed: dict[int, Nodes] = {}
        """The actions enabled elsewhere than when this was last cleared, and where they were then."""
        self.refresh()

    def refresh(self) -> None:
        """Try everything again (after going back in time)."""
        self.sums.refresh()
        self._here = [self._meeting(i) for i in range(len(self._actions))]
        for i in range(len(self._on)):
            if i not in self._late:
                self._set(i, self._try(i))
        self._retry_late()

    # ------------------------------------------------------------ what is enabled

    def on(self, i: int) -> Nodes:
        """The nodes on which an action is enabled; not to be changed."""
        return self._on[i]

    def able(self) -> frozenset[str]:
        """The components of which some controller action is enabled."""
        return frozenset(component for component, count in self._able.items() if count)

    def enabled(self) -> Iterator[Choice]:
        """All enabled choices, preferences aside."""
        for i, nodes in enumerate(self._on):
            for node in nodes:
                yield Choice(i, node)

    def rivals(self, group: str) -> Iterator[tuple[int, int | None]]:
        """The enabled actions, with their nodes, among which a preference decides."""
        for i in self._members[group]:
            for node in self._on[i]:
                yield i, node

    def preferred(self, group: str) -> list[Choice]:
        """Those with the greatest key."""
        members = list(self.rivals(group))
        if len(members) > 1:
            keys = [self._key(i, node) for i, node in members]
            top = max(keys)
            members = [member for member, key in zip(members, keys, strict=True) if key == top]
        return [Choice(i, node) for i, node in members]

    def options(self) -> list[Choice]:
        """The enabled choices the preferences in force allow, in the order of actions and nodes."""
        found = [Choice(i, node) for i, nodes in enumerate(self._on) if i not in self.groups for node in nodes]
        for group in dict.fromkeys(self.groups[i] for i in self.groups if self._on[i]):
            found += self.preferred(group)
        return sorted(found, key=lambda c: (c.action, -1 if c.node is None else c.node))

    def _key(self, i: int, node: int | None) -> tuple[int, ...]:
        block = {} if node is None else self.world.blocks[node]
        return self._guards.key(i)(self.world.globals, block, self.sums.values)

    # ------------------------------------------------------------ keeping up

    def note(self, choice: Choice, before: dict[str, int], block: dict[str, int]) -> None:
        """The world has taken a step: look again where something changed.

        `before` and `block` are the globals and the bound node's block as they were.
        """
        action = self._actions[choice.action]
        if action.broadcast is not None:
            self.refresh()
            return
        reads, globals_ = self._reads, self.world.globals
        touched = {i for n in action.globals if before[n] != globals_[n] for i in reads.of_global(n)}
        own: set[int] = set()
        if choice.node is not None:
            index = self.world.nodes[choice.node].node_class
            now = self.world.blocks[choice.node]
            changed = [n for n in action.locals if block[n] != now[n]]
            for name in changed:
                touched.update(reads.through_sums(index, name))
                own.update(reads.of_own(index, name))
            self.sums.note(index, changed, block, choice.node)
        self.sums.note_globals()
        for i in own:
            self._try_at(i, choice.node)
        for i in touched:
            self._set(i, self._try(i))
        self._retry_late()

    def _set(self, i: int, nodes: Nodes) -> None:
        old = self._on[i]
        if nodes == old:
            return
        self._on[i] = nodes
        self.changed.setdefault(i, old)
        if bool(nodes) is not bool(old) and self._actions[i].kind is ActionKind.CONTROLLER:
            self._able[self._actions[i].component] += 1 if nodes else -1

    def _try(self, i: int, enabled: frozenset[str] = frozenset()) -> Nodes:
        action, guard, world = self._actions[i], self._guards.guard(i), self.world
        here, values = world.globals, self.sums.values
        known = self._here[i]
        if known is not None:
            return known if self._guards.gate(i)(here, {}, values, enabled) else []
        if action.node_class is None:
            return [None] if guard(here, {}, values, enabled) and self._changes(i, None) else []
        if not self._guards.gate(i)(here, {}, values, enabled):
            return []
        return [
            node
            for node in world.members(action.node_class)
            if guard(here, world.blocks[node], values, enabled) and self._changes(i, node)
        ]

    def _try_at(self, i: int, node: int | None) -> None:
        world, guard = self.world, self._guards.guard(i)
        assert node is not None
        known = self._here[i]
        if known is not None:
            met = bool(self._guards.local(i)(world.globals, world.blocks[node], self.sums.values, frozenset()))
            self._here[i] = _with(known, node, met)
            self._set(i, self._try(i))
            return
        able = bool(guard(world.globals, world.blocks[node], self.sums.values, frozenset())) and self._changes(i, node)
        self._set(i, _with(self._on[i], node, able))

    def _retry_late(self) -> None:
        if self._late:
            enabled = self.able()
            for i in self._late:
                self._set(i, self._try(i, enabled))

    def _meeting(self, i: int) -> Nodes | None:
        action = self._actions[i]
        if not self._guards.splits(i):
            return None
        assert action.node_class is not None
        test, world = self._guards.local(i), self.world
        values, nobody = self.sums.values, frozenset[str]()
        members = world.members(action.node_class)
        return [node for node in members if test(world.globals, world.blocks[node], values, nobody)]

    def _changes(self, i: int, node: int | None) -> bool:
        """A broadcast has to be tried; for other actions the guard says whether they change something."""
        broadcast = self._actions[i].broadcast
        if broadcast is None:
            return True
        now = self.world.valuation(node)
        action = self._actions[i]
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


def _with(nodes: Nodes, node: int, wanted: bool) -> Nodes:
    """The nodes with this one, or without it."""
    if wanted is (node in nodes):
        return nodes
    others = [n for n in nodes if n != node]
    return sorted([*others, node], key=lambda n: -1 if n is None else n) if wanted else others
