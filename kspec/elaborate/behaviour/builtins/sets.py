"""Pods, nodes, topology domains, workloads: the sets one can range over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.core import build
from kspec.domain.node import HOSTNAME, ZONE
from kspec.elaborate.behaviour.builtins.registry import builtin, constant, count_of, need, node_of, text_of
from kspec.elaborate.behaviour.counting import count_pods, sum_nodes
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.sets import Domain, NodeRef, NodeSet, PodSet
from kspec.elaborate.behaviour.things import Revision, Workload
from kspec.elaborate.behaviour.values import Symbol, Value, describe, known
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@constant("pods")
def all_pods(evaluator: Evaluator, span: Span) -> Value:
    """All pods."""
    return PodSet(evaluator.lives)


@builtin("pods")
def pods_of(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The pods of a workload or of one of its revisions."""
    count_of(args, 1, 1, "pods", span)
    match args[0]:
        case Workload() as owner:
            return PodSet(tuple(life for life in evaluator.lives if life.owner is owner))
        case Revision() as revision:
            return PodSet(tuple(life for life in evaluator.lives if life.revision is revision))
        case PodSet() as same:
            return same
        case other:
            raise mistake(TYPE, f"expected a workload or a revision, found {describe(other)}", span)


@builtin("on")
def on(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The pods of a set that are on a node or in a domain; null has none."""
    count_of(args, 2, 2, "on", span)
    pods = need(args[0], PodSet, "a set of pods", span)
    match args[1]:
        case NodeRef() | Domain() as where:
            return pods.on(where)
        case None:
            return PodSet(())
        case other:
            raise mistake(TYPE, f"expected a node or a domain, found {describe(other)}", span)


@builtin("count")
def count(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """How many there are."""
    count_of(args, 1, 1, "count", span)
    match args[0]:
        case PodSet() as pods:
            return count_pods(evaluator, pods, lambda _: True, span)
        case NodeSet() as nodes:
            return sum_nodes(evaluator, nodes, lambda _: True, span)
        case tuple() as listed:
            return len(listed)
        case other:
            raise mistake(TYPE, f"expected a set or a list, found {describe(other)}", span)


@builtin("empty")
def empty(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """There are none."""
    found = count(evaluator, args, span)
    return found == 0 if isinstance(found, int) else known(build.le(found, 0))  # type: ignore[arg-type]


@constant("nodes")
def all_nodes(evaluator: Evaluator, span: Span) -> Value:
    """All nodes."""
    return NodeSet(evaluator.world.places)


@builtin("nodes")
def nodes_of(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The nodes of a domain; of a node: that node."""
    count_of(args, 1, 1, "nodes", span)
    match args[0]:
        case Domain() as domain:
            return NodeSet(domain.places)
        case NodeRef() as node:
            return (node,)
        case None:
            return ()
        case other:
            raise mistake(TYPE, f"expected a domain, found {describe(other)}", span)


@constant("zones")
def zones(evaluator: Evaluator, span: Span) -> Value:
    """The zones that have nodes."""
    return domains_of(evaluator, ZONE)


@builtin("domains")
def domains(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The topology domains of a label: nodes for the hostname, groups of nodes otherwise."""
    count_of(args, 1, 1, "domains", span)
    key = text_of(args[0], span)
    return NodeSet(evaluator.world.places) if key == HOSTNAME else domains_of(evaluator, key)


@builtin("domain")
def domain(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The topology domain a node is in; null where it lacks the label."""
    count_of(args, 2, 2, "domain", span)
    node, key = node_of(args[0], span), text_of(args[1], span)
    if key == HOSTNAME:
        return node
    value = node.place.labels.get(key)
    return next((d for d in domains_of(evaluator, key) if d.value == value), None)


@builtin("has")
def has(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a node has a label."""
    count_of(args, 2, 2, "has", span)
    return text_of(args[1], span) in node_of(args[0], span).place.sample.labels


def domains_of(evaluator: Evaluator, key: str) -> tuple[Domain, ...]:
    """The groups of nodes that share a value of a label."""
    places = evaluator.world.places
    values = dict.fromkeys(p.labels[key] for p in places if key in p.labels)
    return tuple(Domain(key, v, tuple(p for p in places if p.labels.get(key) == v)) for v in values)


@constant("workloads")
def workloads(evaluator: Evaluator, span: Span) -> Value:
    """Everything that makes pods."""
    return evaluator.world.workloads


@constant("revisions")
def all_revisions(evaluator: Evaluator, span: Span) -> Value:
    """Every revision of every workload."""
    return tuple(evaluator.world.revisions)


@builtin("revisions")
def revisions(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The revisions a workload can have, the design's own first."""
    count_of(args, 1, 1, "revisions", span)
    return tuple(need(args[0], Workload, "a workload", span).revisions)


@builtin("objects")
def objects(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The design's objects of a kind."""
    count_of(args, 1, 1, "objects", span)
    kind = args[0].text if isinstance(args[0], Symbol) else text_of(args[0], span)
    return tuple(evaluator.world.of_kind(kind))
