"""Who waits in a stuck cluster, and for what."""

from __future__ import annotations

from kspec.check.verdict import Waiting
from kspec.core.expr import Expr, Local, walk
from kspec.core.linear import conjuncts
from kspec.core.show import show
from kspec.core.system import Action, ActionKind
from kspec.run.execute import Executor
from kspec.run.world import World

_MOST = 6
"""So many waiting actions are named."""


def waiting_in(executor: Executor) -> tuple[Waiting, ...]:
    """Controller actions with a pod to move that fail on one or two conditions on every node.

    Pods bound to no node come first, moves before removals, then what fails on fewer conditions.
    """
    world = executor.world
    found: dict[tuple[str, str], tuple[tuple[bool, bool, int], tuple[str, ...]]] = {}
    for action in world.system.actions:
        if action.kind is not ActionKind.CONTROLLER or not _has_work(world, action):
            continue
        failing = _failing(world, action)
        if not failing or len(failing) > 2:
            continue
        key = (action.component, action.label)
        told = tuple(show(part) for part in failing)
        assert action.move is not None and action.move.source is not None
        order = (action.move.source.bound, action.move.target is None, len(told))
        if key not in found or order < found[key][0]:
            found[key] = (order, told)
    nearest = sorted(found.items(), key=lambda item: item[1][0])
    return tuple(Waiting(component, label, told) for (component, label), (_, told) in nearest[:_MOST])


def _has_work(world: World, action: Action) -> bool:
    """There is a pod the action would move."""
    return action.move is not None and action.move.source is not None and bool(world.pods_in([action.move.source]))


def _failing(world: World, action: Action) -> list[Expr]:
    """The conditions that fail on the node where fewest do."""
    nodes = [None] if action.node_class is None else world.members(action.node_class)
    parts = conjuncts(action.guard)
    best: list[Expr] | None = None
    for node in nodes:
        failing = [part for part in parts if not world.value(part, node)]
        if best is None or len(failing) < len(best):
            best = failing
    return [part for part in best or [] if not _only_source(part, action)]


def _only_source(part: Expr, action: Action) -> bool:
    """The condition only says that the node has a pod to move."""
    move = action.move
    assert move is not None and move.source is not None
    places = [e.name for e in walk(part, into_aggregates=False) if isinstance(e, Local)]
    return move.source.bound and places == [move.source.place]
