"""What only objects of the design can answer: was a field written, is the cluster built up from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.objects import get
from kspec.elaborate.behaviour.builtins.registry import builtin, constant, count_of, text_of, thing_of
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


@constant("from_scratch")
def from_scratch(evaluator: Evaluator, span: Span) -> Value:
    """Whether the run starts from an empty cluster to which the objects are applied."""
    return evaluator.world.focus.from_scratch
