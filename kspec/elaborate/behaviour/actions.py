"""Actions: one action of the core for each way an action of the text can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kspec.core import build
from kspec.core.expr import FALSE, TRUE, Expr
from kspec.core.pod import Move
from kspec.core.system import Action, ActionKind, Broadcast, Family, Preference, action
from kspec.elaborate.behaviour import operators
from kspec.elaborate.behaviour.counting import enabled_somewhere
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.instances import Instance
from kspec.elaborate.behaviour.literals import seconds
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.readings import Reading, Readings
from kspec.elaborate.behaviour.scope import Scope
from kspec.elaborate.behaviour.sets import NodeRef, Pod
from kspec.elaborate.behaviour.step import Step
from kspec.elaborate.behaviour.things import Phase, Revision, Thing
from kspec.elaborate.behaviour.values import Value, as_expr
from kspec.syntax import nodes as n
from kspec.syntax.nodes import Operator


@dataclass(frozen=True, slots=True)
class Budget:
    """How often an environment action may happen: a global that counts down, and what its binders are given."""

    variable: str
    given: Mapping[str, Value] = field(default_factory=dict)
    when: Expr = TRUE
    """When it may happen at all."""
    condition: n.Expr | None = None
    """A further guard, in the words of the action."""


# ---------------------------------------------------------------- actions of an instance


def actions_of(
    readings: Readings, instance: Instance, budgets: Callable[[Instance, n.Action], Sequence[Budget] | None]
) -> Iterator[Action]:
    """The actions of an instance.

    `budgets` gives for an action how often it may happen, one for each disturbance that means it; None for no limit.
    """
    for place, item in enumerate(instance.items):
        match item:
            case n.Action():
                for number, budget in enumerate(_budgets(budgets, instance, item)):
                    told = item if budget is None else _guarded(item, budget.condition)
                    given = budget.given if budget else {}
                    for reading in readings.of(instance, told, TRUE, given, (place, number)):
                        yield finished(readings.evaluator, instance, item, reading, budget)
            case n.Sync():
                yield from _sync(readings, instance, item, place)
            case _:
                pass


def _guarded(item: n.Action, condition: n.Expr | None) -> n.Action:
    if condition is None:
        return item
    both = condition if item.guard is None else n.Binary(Operator.AND, condition, item.guard, span=condition.span)
    return replace(item, guard=both)


def _budgets(
    budgets: Callable[[Instance, n.Action], Sequence[Budget] | None], instance: Instance, item: n.Action
) -> Sequence[Budget | None]:
    found = budgets(instance, item)
    return (None,) if found is None else tuple(found)


def _sync(readings: Readings, instance: Instance, item: n.Sync, place: int) -> Iterator[Action]:
    """The first enabled step acts: each has the negation of those before it in its guard."""
    evaluator = readings.evaluator
    guard: Expr = TRUE
    if item.guard is not None:
        guard = as_expr(evaluator.truth(item.guard, instance.scope))
    for number, step in enumerate(item.steps):
        if guard is FALSE:
            return
        found = list(readings.of(instance, step, guard, {}, (place, number)))
        for reading in found:
            yield finished(evaluator, instance, step, reading, None)
        if step is item.steps[-1]:
            return
        enabled = [(r.node.place.index if r.node else None, _with_source(evaluator, r)) for r in found]
        guard = build.and_(guard, operators.negation(enabled_somewhere(evaluator, enabled, step.span)))


def _with_source(evaluator: Evaluator, reading: Reading) -> Expr:
    """The guard, and that there is a pod to move."""
    move = reading.step.move
    pods = [value for value in reading.values if isinstance(value, Pod)]
    lives = dict.fromkeys([p.life for p in pods] + ([move.pod.life] if move and move.pod else []))
    return build.and_(*(build.gt(life.counter, 0) for life in lives), reading.guard)


def finished(
    evaluator: Evaluator, instance: Instance, item: n.Action, reading: Reading, budget: Budget | None
) -> Action:
    """The core's action for a reading."""
    guards = [*_bystanders(reading), reading.guard]
    if budget is not None:
        guards = [build.gt(build.glob(budget.variable), 0), budget.when, *guards]
    if reading.bare is None:
        reading.bare = _bare(evaluator, instance, item, reading, budget)
    return replace(reading.bare, guard=build.and_(reading.bare.guard, *guards))


def _bare(evaluator: Evaluator, instance: Instance, item: n.Action, reading: Reading, budget: Budget | None) -> Action:
    """The action without its guard: there only has to be the pod that it moves."""
    step = reading.step
    globals_ = {w.slot.place.name: w.value for w in step.writes.values() if not w.slot.on_nodes}  # type: ignore[union-attr]
    locals_ = {w.slot.name: w.value for w in step.writes.values() if w.slot.on_nodes}
    if budget is not None:
        globals_[budget.variable] = build.sub(build.glob(budget.variable), 1)
    return action(
        _label(instance, item, reading),
        instance.name,
        kind=ActionKind.ENVIRONMENT if item.role is n.Role.ENVIRONMENT else ActionKind.CONTROLLER,
        globals=globals_,
        locals=locals_,
        node_class=None if reading.node is None else reading.node.place.index,
        move=_move(step, item),
        preference=_preference(evaluator, instance, item, reading),
        broadcast=Broadcast(step.broadcast) if step.broadcast else None,
        delay=_delay(evaluator, item, reading.scope),
        notes=reading.narrator.notes(step),
        span=item.span,
    )


def _bystanders(reading: Reading) -> list[Expr]:
    """Pods that an action looks for without moving them must be there."""
    move = reading.step.move
    moved = None if move is None else move.pod
    pods = [value for value in reading.values if isinstance(value, Pod) and value != moved]
    return [build.gt(pod.life.counter, 0) for pod in pods]


def _move(step: Step, item: n.Action) -> Move | None:
    move = step.move
    if move is None:
        return None
    if move.target is not None and move.target.phase.bound and move.node is None:
        raise mistake(NOT_IN_CORE, f"a pod in {move.target.phase.value} is on a node, and none is given", move.span)
    leaves = move.pod is not None and move.pod.node is not None and move.pod.life.phase is not Phase.NOMINATED
    if move.target is not None and not move.target.phase.bound and leaves:
        raise mistake(NOT_IN_CORE, "a pod that has a node keeps it", move.span)
    source = None if move.pod is None else move.pod.life.state
    target = None if move.target is None else move.target.state
    return Move(source, target)


def _preference(evaluator: Evaluator, instance: Instance, item: n.Action, reading: Reading) -> Preference | None:
    """A preference chooses a value for the last binder; the values of those before it tell the groups apart."""
    if not item.prefer:
        return None
    keys = [operators.number(evaluator.value(key, reading.scope), key.span) for key in item.prefer]
    family = Family.SCORE if any(a.name.text == "score" for a in instance.component.attrs) else Family.RANKING
    group = " ".join((instance.name, item.name.text, *map(_named, (*instance.members, *reading.values[:-1]))))
    return Preference(family, group, tuple(build.lift(key) for key in keys))


def _delay(evaluator: Evaluator, item: n.Action, scope: Scope) -> float:
    if item.after is None:
        return 0.0
    value = seconds(item.after) if isinstance(item.after, n.Number) else evaluator.value(item.after, scope)
    if not isinstance(value, int | float):
        raise mistake(TYPE, "a delay is a duration that the design fixes", item.after.span)
    return float(value)


def _label(instance: Instance, item: n.Action, reading: Reading) -> str:
    return " ".join((f"{instance.name}:", item.name.text, *map(_named, (*instance.members, *reading.values))))


def _named(value: Value) -> str:
    match value:
        case Pod(life=life):
            return life.state.place
        case NodeRef(place=place):
            return f"on {place.name}"
        case Thing() | Revision():
            return value.id
        case _:
            return str(value)
