"""What only objects of the design can answer: was a field written, is the cluster built up from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.core.build import param
from kspec.domain.objects import get
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.elaborate.behaviour.builtins.registry import builtin, constant, count_of, need, text_of, thing_of
from kspec.elaborate.behaviour.things import Thing, Workload
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("written")
def written(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether the design gives a field (`spec.replicas`) of an object, and not only the API server's defaults."""
    count_of(args, 2, 2, "written", span)
    thing, path = thing_of(args[0], span), text_of(args[1], span)
    source = evaluator.world.written.get(thing.resource.ref, thing.resource)
    return get(source.manifest, tuple(path.split("."))) is not None


@constant("everything")
def everything(evaluator: Evaluator, span: Span) -> Value:
    """Every object of the design."""
    return tuple(evaluator.world.things)


@builtin("scale_target")
def scale_target(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The workload that an autoscaler scales, as a list of one; empty where the design does not have it."""
    count_of(args, 1, 1, "scale_target", span)
    return _scaled_by(evaluator, thing_of(args[0], span))


@builtin("starting_replicas")
def starting_replicas(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """How many replicas a workload has at the start: what its field says, or any number of its autoscaler's range."""
    count_of(args, 1, 1, "starting_replicas", span)
    workload = need(args[0], Workload, "a workload", span)
    ranged = evaluator.world.ranges.get(workload.id)
    return param(ranged.name) if ranged is not None else get(workload.resource.manifest, ("spec", "replicas"), 1)


@builtin("amounts")
def amounts(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The numbers of replicas that a workload is known to have at some time: its own, and what disturbances name.

    Nothing where its own is any number of a range.
    """
    count_of(args, 1, 1, "amounts", span)
    workload = need(args[0], Workload, "a workload", span)
    named = evaluator.world.focus.amounts.get(workload.resource.ref, ())
    if workload.id in evaluator.world.ranges:
        return ()
    return tuple(dict.fromkeys((get(workload.resource.manifest, ("spec", "replicas"), 1), *named)))


@builtin("autoscalers")
def autoscalers(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The autoscalers of a workload."""
    count_of(args, 1, 1, "autoscalers", span)
    workload = thing_of(args[0], span)
    every = evaluator.world.of_kind("HorizontalPodAutoscaler")
    return tuple(h for h in every if workload in _scaled_by(evaluator, h))


def _scaled_by(evaluator: Evaluator, autoscaler: Thing) -> tuple[Workload, ...]:
    target = autoscaler.resource.as_(HorizontalPodAutoscaler).spec.scale_target_ref
    return tuple(
        w
        for w in evaluator.world.workloads
        if (w.kind, w.namespace, w.name) == (target.kind, autoscaler.namespace, target.name)
    )


@constant("from_scratch")
def from_scratch(evaluator: Evaluator, span: Span) -> Value:
    """Whether the run starts from an empty cluster to which the objects are applied."""
    return evaluator.world.focus.from_scratch
