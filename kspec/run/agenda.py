"""What can happen next, and when each of it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from kspec.core.system import Action, ActionKind
from kspec.run.engine import Engine
from kspec.run.world import Choice, World

Since: TypeAlias = tuple[float, int | None]
"""A time, and the step at which it was."""
_Entry: TypeAlias = tuple[float, int, int]
"""When it is due, the action, the node (-1 for none): in the order in which things happen."""


@dataclass(frozen=True, slots=True)
class Option:
    """An enabled choice, and when it is due."""

    choice: Choice
    due: float
    """Simulated seconds: when it became enabled, plus the action's delay."""
    cause: int | None = None
    """The step that made it possible."""


class Agenda:
    """The enabled choices with their times, kept up to date from step to step."""

    def __init__(self, world: World, engine: Engine) -> None:
        self.world = world
        self._engine = engine
        self._actions = world.system.actions
        self._since: list[dict[int | None, Since]] = [{} for _ in self._actions]
        self._first: dict[int, _Entry] = {}
        self._queues: list[list[_Entry] | None] = [[] if _waits_on_node(a) else None for a in self._actions]
        """Of actions that move a pod on their node: their entries as a heap, and others that no longer hold."""
        self._stale: dict[int, set[int | None]] = {}
        """The actions whose first entry may be another, and the nodes on which they have new ones."""
        self._movers: dict[str, list[int]] = {}
        for i, action in enumerate(self._actions):
            if action.move is not None and action.move.source is not None:
                self._movers.setdefault(action.move.source.place, []).append(i)
        self.note(None, (0.0, None))

    # ------------------------------------------------------------ reading

    def options(self) -> list[Option]:
        """Everything the preferences in force allow, in the order of actions and nodes."""
        return [self._option(choice) for choice in self._engine.options()]

    def controllers(self) -> bool:
        """Can any controller act?"""
        return bool(self._engine.able())

    def earliest(self, able: Callable[[Action], bool] | None = None) -> Option | None:
        """What is due first, of actions that are able to; of several at a time the first in order."""
        self._refresh()
        entries = [entry for i, entry in self._first.items() if able is None or able(self._actions[i])]
        settled: set[str] = set()
        while entries:
            entry = min(entries)
            group = self._engine.groups.get(entry[1])
            if group is None or group in settled:
                return self._option(Choice(entry[1], None if entry[2] < 0 else entry[2]))
            settled.add(group)
            entries = [e for e in entries if self._engine.groups.get(e[1]) != group]
            entries.append(min(self._entry(c.action, c.node) for c in self._engine.preferred(group)))
        return None

    def _option(self, choice: Choice) -> Option:
        since, cause = self._when(choice.action, choice.node)
        return Option(choice, since + self._actions[choice.action].delay, cause)

    def _when(self, i: int, node: int | None) -> Since:
        """Since when it could happen: since it is enabled, and since the pod it moves is where it is."""
        since, cause = self._since[i][node]
        pod = self.world.moving_pod(self._actions[i], node)
        if pod is not None and (pod.entered, pod.cause or 0) > (since, cause or 0):
            return pod.entered, pod.cause
        return since, cause

    def _entry(self, i: int, node: int | None) -> _Entry:
        return self._when(i, node)[0] + self._actions[i].delay, i, -1 if node is None else node

    def _refresh(self) -> None:
        for i, nodes in self._stale.items():
            queue = self._queues[i]
            first = self._soonest(i) if queue is None else self._head(i, queue, nodes)
            if first is not None:
                self._first[i] = first
            else:
                self._first.pop(i, None)
        self._stale.clear()

    def _head(self, i: int, queue: list[_Entry], nodes: set[int | None]) -> _Entry | None:
        """The first entry of an action that moves a pod on its node, where nothing but `nodes` has changed."""
        enabled = self._since[i]
        found = [self._entry(i, node) for node in nodes if node in enabled]
        if len(found) == len(enabled):
            queue[:] = found
            heapify(queue)
        else:
            for entry in found:
                heappush(queue, entry)
        while queue and not (queue[0][2] in enabled and queue[0] == self._entry(i, queue[0][2])):
            heappop(queue)
        return queue[0] if queue else None

    def _soonest(self, i: int) -> _Entry | None:
        """The first entry of an action that would take the same pod, if any, on all nodes."""
        nodes, known = self._engine.on(i), self._since[i]
        if not nodes:
            return None
        pod = self.world.moving_pod(self._actions[i], None)
        if pod is not None:
            for node in nodes:
                if known[node][0] <= pod.entered:
                    return self._entry(i, node)
        return min(self._entry(i, node) for node in nodes)

    # ------------------------------------------------------------ keeping up

    def note(self, taken: Choice | None, now: Since) -> None:
        """Remember since when each choice has been enabled; one just taken starts anew, unless another pod waits."""
        changed = self._engine.changed
        for i, old in changed.items():
            known, nodes = self._since[i], self._engine.on(i)
            gone = set(old).difference(nodes)
            for node in gone:
                del known[node]
            new = [node for node in nodes if node not in known]
            known.update(dict.fromkeys(new, now))
            self._renew(i, new)
        changed.clear()
        if taken is None:
            return
        action = self._actions[taken.action]
        if action.broadcast is not None:
            for i, known in enumerate(self._since):
                self._renew(i, known)
        elif (action.move is None or action.move.source is None) and taken.node in self._since[taken.action]:
            self._since[taken.action][taken.node] = now
            self._renew(taken.action, (taken.node,))
        if action.move is not None:
            for state in (action.move.source, action.move.target):
                for i in self._movers.get(state.place, ()) if state is not None else ():
                    self._renew(i, (taken.node,))

    def _renew(self, i: int, nodes: Iterable[int | None]) -> None:
        """An action has other entries than before, those on these nodes."""
        self._stale.setdefault(i, set()).update(nodes)


def _waits_on_node(action: Action) -> bool:
    return action.move is not None and action.move.source is not None and action.move.source.bound


def is_controller(action: Action) -> bool:
    """Does it belong to a controller?"""
    return action.kind is ActionKind.CONTROLLER
