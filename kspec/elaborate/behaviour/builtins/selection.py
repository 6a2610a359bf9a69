"""Which pods an object's selector selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.policy import PodDisruptionBudget
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need, thing_of
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.sets import Pod, PodSet
from kspec.elaborate.behaviour.static import View
from kspec.elaborate.behaviour.things import Thing
from kspec.elaborate.behaviour.values import Value, describe
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("selected")
def selected(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The pods that a Service or a PodDisruptionBudget selects, in any phase."""
    count_of(args, 1, 1, "selected", span)
    thing = thing_of(args[0], span)
    selector = selector_of(thing, span)
    if selector is None:
        return PodSet(())
    return PodSet(
        tuple(
            life
            for life in evaluator.lives
            if life.owner.namespace == thing.namespace and selector.matches(life.revision.template.labels)
        )
    )


def selector_of(thing: Thing, span: Span) -> LabelSelector | None:
    """The selector of an object; None where it selects nothing."""
    match thing.resource.view:
        case Service(spec=spec):
            return LabelSelector(match_labels=spec.selector) if spec.selector else None
        case PodDisruptionBudget(spec=spec):
            return spec.selector
        case _:
            raise mistake(TYPE, f"a {thing.kind} selects no pods", span)


@builtin("targets")
def targets(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The workloads whose pods an object selects."""
    pods = need(selected(evaluator, args, span), PodSet, "a set of pods", span)
    return tuple(dict.fromkeys(life.owner for life in pods.lives))


@builtin("matches")
def matches(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """Whether a label selector matches a pod's labels; a missing selector matches none."""
    count_of(args, 2, 2, "matches", span)
    selector, pod = args[0], need(args[1], Pod, "a pod", span)
    match selector:
        case None:
            return False
        case View(model=LabelSelector() as labels):
            return labels.matches(pod.life.revision.template.labels)
        case _:
            raise mistake(TYPE, f"expected a label selector, found {describe(selector)}", span)
