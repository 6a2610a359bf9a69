"""What a binder ranges over: `d: Deployment`, `p: pods(w) in Pending`, `n: Node`, `o: olds where ...`."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.node import ZONE
from kspec.elaborate.behaviour.builtins.sets import domains_of
from kspec.elaborate.behaviour.evaluator import Evaluator
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.scope import NOTHING, Scope
from kspec.elaborate.behaviour.sets import Interval, NodeRef, NodeSet, Pod, PodSet, places_of
from kspec.elaborate.behaviour.things import Life, Phase
from kspec.elaborate.behaviour.values import Symbol, Value, describe
from kspec.syntax import nodes as n


def source_of(evaluator: Evaluator, node: n.Expr, scope: Scope) -> Value:
    """The set or list a binder's source denotes: a type's members, or what the expression says."""
    if not isinstance(node, n.Name) or scope.find(node.text) is not NOTHING or not node.text[:1].isupper():
        return evaluator.value(node, scope)
    world = evaluator.world
    match node.text:
        case "Node":
            return NodeSet(world.places)
        case "Pod":
            return PodSet(evaluator.lives)
        case "Zone":
            return domains_of(evaluator, ZONE)
        case "Object":
            return tuple(world.things)
        case "Workload":
            return world.workloads
        case "Claim":
            return tuple(world.claims.all)
        case "Revision":
            return tuple(world.revisions)
        case "ReplicaSet" | "ControllerRevision" as kind:
            return tuple(revision for revision in world.revisions if revision.kind == kind)
        case kind:
            return tuple(world.of_kind(kind))


def members(
    evaluator: Evaluator, binder: n.Binder, scope: Scope, bound: NodeRef | None, number: int = 1
) -> Iterator[Value]:
    """The values a binder takes, one after the other. Pods and nodes stand for any one of those that look alike.

    `bound` is the node that is bound already: nodes, and pods that are not said to be on it, would bind a second one.
    `number` counts the binders of an action from 1.
    """
    source = source_of(evaluator, binder.source, scope)
    phases = _phases(evaluator, binder, scope)
    match source:
        case tuple():
            yield from source
        case Interval(low, high):
            yield from range(low, high + 1)
        case NodeSet(places=places, tests=tests):
            if bound is not None:
                raise _second_node(binder)
            for place in places:
                node = NodeRef(place)
                if all(test(node) is not False for test in tests):
                    yield node
        case PodSet():
            lives = tuple(life for life in source.lives if phases is None or life.phase in phases)
            if bound is not None and source.where != bound and any(life.bound for life in lives):
                raise _second_node(binder)
            yield from _pods(evaluator, lives, source, number)
        case _:
            raise mistake(TYPE, f"expected a set or a list, found {describe(source)}", binder.source.span)


def _second_node(binder: n.Binder) -> Exception:
    name = binder.name.text
    help = f"say on which node: `{name}: pods.on(n)`"
    return mistake(NOT_IN_CORE, f"an action binds one node, and {name} would bring a second one", binder.span, help)


def _pods(evaluator: Evaluator, lives: tuple[Life, ...], pods: PodSet, number: int) -> Iterator[Value]:
    for life in lives:
        if not life.bound:
            if pods.where is None:
                yield Pod(life, None, number)
        elif isinstance(pods.where, NodeRef):
            yield Pod(life, pods.where, number)
        else:
            for place in evaluator.world.places if pods.where is None else places_of(pods.where):
                yield Pod(life, NodeRef(place), number)


def _phases(evaluator: Evaluator, binder: n.Binder, scope: Scope) -> frozenset[Phase] | None:
    if binder.phase is None:
        return None
    value = evaluator.value(binder.phase, scope)
    listed = value if isinstance(value, tuple) else (value,)
    names = {phase.value: phase for phase in Phase}
    found = set()
    for item in listed:
        if not isinstance(item, Symbol) or item.text not in names:
            help = f"phases are {', '.join(names)}"
            raise mistake(UNKNOWN_NAME, f"{describe(item)} is no phase", binder.phase.span, help)
        found.add(names[item.text])
    return frozenset(found)


def tests_of(pods: Value) -> tuple[object, ...]:
    """The tests of a set that a binder ranges over; they become part of the guard."""
    return pods.tests if isinstance(pods, PodSet | NodeSet) else ()
