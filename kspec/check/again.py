"""A story told again from its choices alone: does it happen, and does it break the property?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kspec.check.reduce import WITHOUT_SCORE, reduce_system
from kspec.check.verdict import Chosen, Shape
from kspec.core.property import Property, PropertyKind
from kspec.core.system import ActionKind, Start, System
from kspec.run.agenda import Option
from kspec.run.execute import Executor
from kspec.run.names import Namer
from kspec.run.trace import Step
from kspec.run.world import World


@dataclass(frozen=True, slots=True)
class Again:
    """The steps as they are told now, and what is wrong with the story; None where it breaks the property."""

    steps: tuple[Step, ...]
    fault: str | None


def again(
    original: System, choices: Sequence[Chosen], shape: Shape, loop: int | None, namer: Namer | None = None
) -> Again:
    """Take the choices on an unlowered system with numbers, whose only property is asked. `loop` is a step's number."""
    (asked,) = original.properties
    executor = Executor(original, namer, families=WITHOUT_SCORE)
    steps: list[Step] = []
    entered: object = None
    owed = asked.kind is not PropertyKind.LEADS_TO
    begun = original.start is Start.INITIAL
    for number, chosen in enumerate(choices, 1):
        option = _option(executor, chosen)
        if option is None:
            return Again(tuple(steps), f"choice {number}, {chosen.label}, cannot be made")
        if not begun and original.actions[chosen.action].kind is ActionKind.ENVIRONMENT:
            if not executor.settled():
                return Again(tuple(steps), f"choice {number}, {chosen.label}, comes before the cluster is settled")
            begun = True
        if loop == len(steps) + 1 and entered is None:
            entered = _content(executor.world)
        owed = _owed(executor, asked, owed)
        steps += executor.take(option)
    if not _owed(executor, asked, owed) or _holds(executor, asked):
        return Again(tuple(steps), "the property holds where the story ends")
    return Again(tuple(steps), _ending(executor, original, shape, entered))


def _option(executor: Executor, chosen: Chosen) -> Option | None:
    actions = executor.world.system.actions
    if not 0 <= chosen.action < len(actions) or actions[chosen.action].label != chosen.label:
        return None
    for option in executor.options():
        node = option.choice.node
        name = None if node is None else executor.world.nodes[node].name
        if (option.choice.action, name) == (chosen.action, chosen.node):
            return option
    return None


def _owed(executor: Executor, asked: Property, before: bool) -> bool:
    """Of what leads to something: the premise has held, and the formula not since."""
    if asked.kind is not PropertyKind.LEADS_TO:
        return True
    if _holds(executor, asked):
        return False
    return before or bool(executor.world.value(asked.premise, enabled=_enabled(executor)))


def _holds(executor: Executor, asked: Property) -> bool:
    """What is asked of the state holds (an invariant asks nothing where its premise does not hold)."""
    enabled = _enabled(executor)
    if asked.kind is PropertyKind.INVARIANT and not executor.world.value(asked.premise, enabled=enabled):
        return True
    return bool(executor.world.value(asked.formula, enabled=enabled))


def _able(executor: Executor) -> list[int]:
    actions = executor.world.system.actions
    return [c.action for c in executor.engine.enabled() if actions[c.action].kind is ActionKind.CONTROLLER]


def _enabled(executor: Executor) -> frozenset[str]:
    return frozenset(executor.world.system.actions[i].component for i in _able(executor))


def _ending(executor: Executor, original: System, shape: Shape, entered: object) -> str | None:
    match shape:
        case Shape.SAFETY:
            return None
        case Shape.STUCK:
            reduced = reduce_system(original).system
            going = {a.origin for a in reduced.actions} & set(_able(executor))
            return "controllers can still act where the story ends" if going else None
        case Shape.OSCILLATION:
            back = entered == _content(executor.world)
            return None if back else "the story does not come back to where its loop begins"


def _content(world: World) -> object:
    """The state as far as equal nodes are not told apart."""
    members = [[world.blocks[n] for n in world.members(i)] for i in range(len(world.system.classes))]
    return dict(world.globals), [Counter(tuple(sorted(block.items())) for block in blocks) for blocks in members]
