"""Objects as the values that conditions are about."""

from __future__ import annotations

from kspec.domain.objects import Resource
from kspec.elaborate.evaluate.scope import Binding, Scope
from kspec.elaborate.evaluate.values import Fields, Flag, Listing, Nothing, Number, Pair, Text, Value
from kspec.source.text import Span
from kspec.source.tree import Json


def scope_of(resource: Resource, span: Span) -> Scope:
    """The names that a condition may use: the object's fields, and short ones for what is asked most."""
    metadata = resource.metadata
    short: dict[str, Json] = {
        "name": resource.name,
        "ns": resource.namespace or "default",
        "namespace": resource.namespace or "default",
        "labels": metadata.get("labels") or {},
        "annotations": metadata.get("annotations") or {},
    }
    names = {**short, **resource.manifest}
    return Scope(None, {name: Binding(name, span, value=value_of(part, span)) for name, part in names.items()})


def value_of(part: Json, span: Span) -> Value:
    """Plain data as a value. Quantities stay texts, as they are written in manifests."""
    match part:
        case None:
            return Nothing(span=span)
        case bool():
            return Flag(part, span=span)
        case int() | float():
            return Number(repr(part), span=span)
        case str():
            return Text(part, span=span)
        case list():
            return Listing(tuple(value_of(item, span) for item in part), span=span)
        case dict():
            return Fields(tuple(Pair(key, span, value_of(inner, span)) for key, inner in part.items()), span=span)
