"""Replay: an abstract story on the concrete cluster, so that every counterexample has been checked twice.

The abstract system may have split and merged nodes, dropped constants and swapped interchangeable classes. A replay is
found depth-first: for each abstract step the enabled concrete choices with the same origin, in node order, whose result
looks like the next abstract state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kspec.core.system import Family, System, Variable
from kspec.run.execute import Executor
from kspec.run.names import Namer
from kspec.run.state import State
from kspec.run.trace import Step
from kspec.run.world import Choice, World


@dataclass(frozen=True, slots=True)
class AbstractStep:
    """An action of the unlowered system (by index), and the lowered state after it where that is known."""

    origin: int
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """A concrete run that looks like the abstract one, and the cluster as it is at the end."""

    choices: tuple[Choice, ...]
    steps: tuple[Step, ...]
    marks: tuple[int, ...]
    """How many steps had been told before each choice, and at the end."""
    executor: Executor


class Projection:
    """Compares worlds of the unlowered system with states of a lowered one."""

    def __init__(self, original: System, lowered: System) -> None:
        self._lowered = lowered
        self._origins = [c.name for c in original.classes]
        self._parts: dict[str, list[int]] = {name: [] for name in self._origins}
        for index, node_class in enumerate(lowered.classes):
            self._parts[node_class.origin].append(index)
        self._merged = {o for o, parts in self._parts.items() if any(lowered.classes[i].merged for i in parts)}
        shared = {v.shared for v in lowered.globals if v.shared is not None}
        names = [v.name for v in lowered.locals]
        self._columns = {o: [i for i, name in enumerate(names) if (o, name) not in shared] for o in self._origins}
        self._names = names
        members = [[[lowered.classes[i].origin for i in m] for m in orbit] for orbit in lowered.interchangeable]
        self._orbits = [[tuple(dict.fromkeys(names)) for names in orbit] for orbit in members]

    def of_world(self, world: World) -> object:
        """What the lowered system can tell of a world."""
        contents: dict[str, object] = {}
        for index, origin in enumerate(self._origins):
            blocks = [tuple(world.blocks[n][name] for name in self._names) for n in world.members(index)]
            contents[origin] = self._content(origin, blocks)
        return self._key((self._global(world, v) for v in self._lowered.globals), contents)

    def _global(self, world: World, variable: Variable) -> int:
        if variable.shared is None:
            return world.globals[variable.name]
        origin, name = variable.shared
        members = world.members(self._origins.index(origin))
        return world.blocks[members[0]][name] if members else int(variable.low)

    def of_state(self, state: State) -> object:
        """The same of a lowered state."""
        contents: dict[str, object] = {}
        for origin, parts in self._parts.items():
            blocks = [block for index in parts for block, count in state[index + 1] for _ in range(count)]
            contents[origin] = self._content(origin, blocks)
        return self._key(state[0], contents)

    def _content(self, origin: str, blocks: list[tuple[int, ...]]) -> object:
        columns = self._columns[origin]
        if origin in self._merged:
            return tuple(sum(block[i] for block in blocks) for i in columns)
        return tuple(sorted(tuple(block[i] for i in columns) for block in blocks))

    def _key(self, values: Iterable[int], contents: dict[str, object]) -> object:
        found = [contents[origin] for origin in self._origins if not any(origin in m for o in self._orbits for m in o)]
        orbits = [sorted((tuple(contents[o] for o in member) for member in orbit), key=repr) for orbit in self._orbits]
        return tuple(values), found, orbits


def replay(
    original: System,
    lowered: System,
    story: Sequence[AbstractStep],
    namer: Namer | None = None,
    families: Iterable[Family] = (Family.RANKING,),
    tries: int = 20_000,
) -> Replay | None:
    """The concrete run of a story; None where there is none, or none was found in so many tries."""
    executor = Executor(original, namer, families=families)
    projection = Projection(original, lowered)
    wanted = [None if step.state is None else projection.of_state(step.state) for step in story]
    choices = _search(executor, projection, story, wanted, tries)
    return None if choices is None else retell(original, choices, namer, families)


def _search(
    executor: Executor, projection: Projection, story: Sequence[AbstractStep], wanted: list[object], tries: int
) -> list[Choice] | None:
    world, engine = executor.world, executor.engine
    labels = [action.label for action in world.system.actions]
    taken: list[Choice] = []
    moments = [world.moment()]
    pending = [iter(_candidates(executor, story[0].origin, labels))] if story else []
    while len(taken) < len(story):
        for choice in pending[-1]:
            tries -= 1
            if tries < 0:
                return None
            before, block = dict(world.globals), {} if choice.node is None else dict(world.blocks[choice.node])
            world.take(choice)
            goal = wanted[len(taken)]
            if goal is None or projection.of_world(world) == goal:
                engine.note(choice, before, block)
                taken.append(choice)
                moments.append(world.moment())
                if len(taken) < len(story):
                    pending.append(iter(_candidates(executor, story[len(taken)].origin, labels)))
                break
            world.restore(moments[-1])
        else:
            if not taken:
                return None
            pending.pop()
            taken.pop()
            moments.pop()
            world.restore(moments[-1])
            engine.refresh()
    return taken


def _candidates(executor: Executor, origin: int, labels: list[str]) -> Iterator[Choice]:
    """Choices for an abstract step, the very action first, one per distinct node content."""
    world = executor.world
    same = [c for c in executor.engine.options() if labels[c.action] == labels[origin]]
    tried: set[tuple[int, tuple[int, ...]]] = set()
    for choice in sorted(same, key=lambda c: c.action != origin):
        content = () if choice.node is None else tuple(world.blocks[choice.node].values())
        if (choice.action, content) not in tried:
            tried.add((choice.action, content))
            yield choice


def retell(
    original: System, choices: Sequence[Choice], namer: Namer | None = None, families: Iterable[Family] = ()
) -> Replay:
    """The steps of known choices; each must be enabled in its turn."""
    executor = Executor(original, namer, families=families)
    steps: list[Step] = []
    marks = [0]
    for choice in choices:
        option = next(option for option in executor.options() if option.choice == choice)
        steps += executor.take(option)
        marks.append(len(steps))
    return Replay(tuple(choices), tuple(steps), tuple(marks), executor)
