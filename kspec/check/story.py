"""From what an engine found to a counterexample: replay it on the unlowered system, then tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kspec.check.verdict import Chosen, Counterexample, Shape
from kspec.check.waiting import waiting_in
from kspec.core.property import Property
from kspec.core.system import ActionKind, Family, System
from kspec.run.execute import Executor
from kspec.run.names import Namer
from kspec.run.replay import AbstractStep, replay
from kspec.run.state import State
from kspec.run.world import Choice


@dataclass(frozen=True, slots=True)
class Finding:
    """A run of a reduced system that breaks a property: (action, state after it or None) in order."""

    shape: Shape
    steps: tuple[tuple[int, State | None], ...]
    loop: int | None = None
    """Oscillations: how many steps lead to the loop; the rest is the loop."""
    inevitable: bool | None = None


def tell(
    original: System,
    reduced: System,
    asked: Property,
    finding: Finding,
    families: Iterable[Family],
    namer: Namer | None = None,
    params: Mapping[str, int] | None = None,
) -> Counterexample | None:
    """The counterexample on named nodes and pods, or None where no concrete run looks like the finding.

    `original` must be the unlowered system with numbers for its parameters. The last state is checked again with the
    reference interpreter: it must break the property there too. Stuck is what none of the actions that matter to the
    property can change; others may go on.
    """
    chosen = tuple(families)
    abstract = [AbstractStep(_origin(reduced, action), state) for action, state in finding.steps]
    found = replay(original, reduced, abstract, namer, chosen)
    if found is None:
        return None
    matters = {_origin(reduced, i) for i in range(len(reduced.actions))}
    numbered = next(p for p in original.properties if p.name == asked.name)
    if not _breaks(found.executor, numbered, finding.shape, matters):
        return None
    loop = None if finding.loop is None else found.marks[finding.loop] + 1
    stuck = waiting_in(found.executor) if finding.shape is Shape.STUCK else ()
    chosen_steps = tuple(_chosen(found.executor, choice) for choice in found.choices)
    return Counterexample(finding.shape, found.steps, loop, finding.inevitable, dict(params or {}), stuck, chosen_steps)


def _chosen(executor: Executor, choice: Choice) -> Chosen:
    node = None if choice.node is None else executor.world.nodes[choice.node].name
    return Chosen(choice.action, executor.world.system.actions[choice.action].label, node)


def _origin(reduced: System, action: int) -> int:
    origin = reduced.actions[action].origin
    assert origin is not None, "lowering numbers the actions first"
    return origin


def _breaks(executor: Executor, asked: Property, shape: Shape, matters: set[int]) -> bool:
    """The concrete state at the end breaks the property (an oscillation has come back to where it began)."""
    actions = executor.world.system.actions
    able = [c.action for c in executor.engine.enabled() if actions[c.action].kind is ActionKind.CONTROLLER]
    enabled = frozenset(actions[i].component for i in able)
    holds = bool(executor.world.value(asked.formula, enabled=enabled))
    match shape:
        case Shape.SAFETY:
            return not holds and bool(executor.world.value(asked.premise, enabled=enabled))
        case Shape.STUCK:
            return not holds and not matters.intersection(able)
        case Shape.OSCILLATION:
            return not holds
