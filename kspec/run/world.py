"""The concrete cluster: named nodes, named pods, the value of every place. Changes by taking steps, nothing else."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as copy
from typing import TypeAlias

from kspec.core.evaluate import Valuation, evaluate
from kspec.core.expr import Expr
from kspec.core.pod import PodState
from kspec.core.system import Action, System
from kspec.run.names import Namer, PlainNamer
from kspec.run.state import slots

Reads: TypeAlias = Callable[[Expr, int | None], int]
"""The value of an expression at a node, or where no node is bound."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the cluster."""

    name: str
    node_class: int


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod: its local state, where it is bound, its IP once it is."""

    serial: int
    """Counted over all pods ever created: the older, the less."""
    name: str
    state: PodState
    node: int | None = None
    address: str = ""
    entered: float = 0.0
    """When it came into its state."""
    cause: int | None = None
    """The step that brought it there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One action on one node (None for actions that bind none)."""

    action: int
    node: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that changes, to come back to."""

    globals: dict[str, int]
    blocks: tuple[dict[str, int], ...]
    pods: dict[int, Pod]
    born: int
    created: dict[tuple[str, int], int]
    bound: tuple[int, ...]


class World:
    """The state of an unlowered system with every node and pod named."""

    def __init__(self, system: System, namer: Namer | None = None) -> None:
        """Begin at the initial state; class sizes and initial values must be numbers."""
        self.system = system
        self.namer: Namer = namer if namer is not None else PlainNamer()
        self.nodes: list[Node] = []
        self.globals: dict[str, int] = {}
        self.blocks: list[dict[str, int]] = []
        self._pods: dict[int, Pod] = {}
        self._born = 0
        self._queues: dict[str, dict[int | None, list[int]]] = {}
        self._members: list[list[int]] = []
        self._created: dict[tuple[str, int], int] = {}
        self._bound: list[int] = []
        self._settle_in()

    def _settle_in(self) -> None:
        start = Valuation()
        self.globals = {v.name: evaluate(v.init, start) for v in self.system.globals}
        for index, node_class in enumerate(self.system.classes):
            count = slots(self.system, index)
            members = range(len(self.nodes), len(self.nodes) + count)
            self._members.append(list(members))
            for number in range(count):
                self.nodes.append(Node(self.namer.node(node_class, number, count), index))
                self.blocks.append({v.name: evaluate(v.init_in(index), start) for v in self.system.locals})
                self._bound.append(0)
        for state in self.system.counters.values():
            holders = range(len(self.nodes)) if state.bound else (None,)
            for node in holders:
                count = self.globals[state.place] if node is None else self.blocks[node][state.place]
                for _ in range(count):
                    self._create(state, node, 0.0, None)
        self._by_class = [[self.blocks[i] for i in members] for members in self._members]

    # ------------------------------------------------------------ reading

    def members(self, node_class: int) -> list[int]:
        """The nodes of a class, in the order of their names' numbers."""
        return self._members[node_class]

    def valuation(self, node: int | None = None, enabled: frozenset[str] = frozenset()) -> Valuation:
        """The present state for the reference interpreter (a live view)."""
        block = {} if node is None else self.blocks[node]
        return Valuation(self.globals, block, self._by_class, {}, enabled)

    def value(self, expr: Expr, node: int | None = None, enabled: frozenset[str] = frozenset()) -> int:
        """The value of an expression now."""
        return evaluate(expr, self.valuation(node, enabled))

    @property
    def pods(self) -> list[Pod]:
        """All pods, oldest first."""
        return list(self._pods.values())

    def pods_in(self, states: Iterable[PodState], node: int | None = None) -> list[Pod]:
        """The pods in some states (on one node, if given), oldest first."""
        found: list[int] = []
        for place in {state.place for state in states}:
            queues = self._queues.get(place, {})
            for where, queue in queues.items():
                if node in (None, where):
                    found += queue
        return [self._pods[serial] for serial in sorted(found)]

    def moving_pod(self, action: Action, node: int | None) -> Pod | None:
        """The pod the action would take: the oldest in the source state (on the node, if that state is bound)."""
        if action.move is None or action.move.source is None:
            return None
        source = action.move.source
        queues = self._queues.get(source.place)
        queue = queues.get(node if source.bound else None) if queues else None
        return self._pods[queue[0]] if queue else None

    # ------------------------------------------------------------ changing

    def take(
        self, choice: Choice, time: float = 0.0, cause: int | None = None, read: Reads | None = None
    ) -> Pod | None:
        """Do an enabled action; gives the pod it moved (as it is afterwards; as it was, if removed).

        `read` gives the values of expressions now, where somebody knows them better than `value`.
        """
        action = self.system.actions[choice.action]
        read, now = read or self.value, self.valuation(choice.node)
        globals = {name: read(value, choice.node) for name, value in action.globals.items()}
        locals = {name: read(value, choice.node) for name, value in action.locals.items()}
        spread: list[tuple[int, dict[str, int]]] = []
        if action.broadcast is not None:
            for index, updates in action.broadcast.locals.items():
                for node in self._members[index]:
                    there = now.at(self.blocks[node])
                    spread.append((node, {name: evaluate(value, there) for name, value in updates.items()}))
        pod = self._move(action, choice.node, time, cause)
        self.globals.update(globals)
        if choice.node is not None:
            self.blocks[choice.node].update(locals)
        for node, values in spread:
            self.blocks[node].update(values)
        return pod

    def _move(self, action: Action, node: int | None, time: float, cause: int | None) -> Pod | None:
        if action.broadcast is not None:
            self._sweep(action, time, cause)
        move = action.move
        if move is None or move.source == move.target:
            return self.moving_pod(action, node)
        if move.source is None:
            assert move.target is not None
            return self._create(move.target, node, time, cause)
        pod = self.moving_pod(action, node)
        assert pod is not None, f"{action.label}: no pod in {move.source.place}"
        if move.target is None:
            self._forget(pod)
            return pod
        return self._replace(pod, self._placed(copy(pod, state=move.target, entered=time, cause=cause), node))

    def _create(self, state: PodState, node: int | None, time: float, cause: int | None) -> Pod:
        key = (state.workload, state.revision)
        serial = self._created.get(key, 0)
        self._created[key] = serial + 1
        pod = self._placed(Pod(self._born, self.namer.pod(state, serial), state, None, "", time, cause), node)
        self._born += 1
        self._pods[pod.serial] = pod
        self._queue(pod).append(pod.serial)
        return pod

    def _queue(self, pod: Pod) -> list[int]:
        """The serials of the pods where this one is, ascending."""
        queues = self._queues.setdefault(pod.state.place, {})
        return queues.setdefault(pod.node if pod.state.bound else None, [])

    def _forget(self, pod: Pod) -> None:
        self._queue(pod).remove(pod.serial)
        del self._pods[pod.serial]

    def _replace(self, old: Pod, new: Pod) -> Pod:
        self._queue(old).remove(old.serial)
        insort(self._queue(new), new.serial)
        self._pods[new.serial] = new
        return new

    def _placed(self, pod: Pod, node: int | None) -> Pod:
        if not pod.state.bound or pod.node is not None:
            return pod
        assert node is not None, f"{pod.name} is bound to no node"
        serial = self._bound[node]
        self._bound[node] += 1
        return copy(pod, node=node, address=self.namer.address(node, serial))

    def _sweep(self, action: Action, time: float, cause: int | None) -> None:
        assert action.broadcast is not None
        targets = {move.source: move.target for move in action.broadcast.sweeps}
        for pod in self.pods:
            hit = pod.node is not None and self.nodes[pod.node].node_class in action.broadcast.locals
            if not hit or pod.state not in targets:
                continue
            if (target := targets[pod.state]) is None:
                self._forget(pod)
            else:
                self._replace(pod, copy(pod, state=target, entered=time, cause=cause))

    def moment(self) -> Moment:
        """The present, to return to."""
        return Moment(
            dict(self.globals),
            tuple(dict(block) for block in self.blocks),
            dict(self._pods),
            self._born,
            dict(self._created),
            tuple(self._bound),
        )

    def restore(self, moment: Moment) -> None:
        """Go back to a moment."""
        self.globals.clear()
        self.globals.update(moment.globals)
        for block, values in zip(self.blocks, moment.blocks, strict=True):
            block.clear()
            block.update(values)
        self._pods = dict(moment.pods)
        self._born = moment.born
        self._queues = {}
        for pod in self._pods.values():
            self._queue(pod).append(pod.serial)
        self._created = dict(moment.created)
        self._bound = list(moment.bound)
