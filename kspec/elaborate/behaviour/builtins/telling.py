"""What only lines of the trace say: values after the step, names and addresses of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.core.note import Addresses, After, Names, ThePodAddress
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, need
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.sets import NodeRef, Pod, PodSet
from kspec.elaborate.behaviour.templates import NewPod, states_of
from kspec.elaborate.behaviour.values import Enumerated, Value, describe, is_expr
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("after")
def after(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The value once the step is done; without it a line tells the value before."""
    count_of(args, 1, 1, "after", span)
    match args[0]:
        case Enumerated(expr=expr, labels=labels):
            return After(expr, labels)
        case value if is_expr(value):
            return After(value)  # type: ignore[arg-type]
        case value:
            return value


@builtin("names")
def names(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The names of the pods of a set, after the step."""
    count_of(args, 1, 1, "names", span)
    pods = need(args[0], PodSet, "a set of pods", span)
    return Names(states_of(pods), isinstance(pods.where, NodeRef))


@builtin("addresses")
def addresses(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The addresses of the pods of a set, with a port if one is given, after the step."""
    count_of(args, 1, 2, "addresses", span)
    pods = need(args[0], PodSet, "a set of pods", span)
    port = need(args[1], int, "a port", span) if len(args) == 2 and args[1] is not None else None
    return Addresses(states_of(pods), port, isinstance(pods.where, NodeRef))


@builtin("address")
def address(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The address of the pod that the step is about."""
    count_of(args, 1, 1, "address", span)
    if not isinstance(args[0], Pod | NewPod):
        raise mistake(TYPE, f"expected a pod, found {describe(args[0])}", span)
    return ThePodAddress()
