"""Types of parameters, and whether a value has one.

`string`, `Name` (a bare word will do), `int`, `number`, `bool`, `Quantity`, `Duration`, `Percent`, `Range`, `list[T]`,
`map[T]`, `any`, `{small, large}`, `1..5`, and the enums of the design.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kspec.elaborate.evaluate import numbers
from kspec.elaborate.evaluate.numbers import BadNumber
from kspec.elaborate.evaluate.values import (
    Extent,
    Fields,
    Flag,
    Listing,
    Number,
    ObjectName,
    Pair,
    Text,
    Value,
    Word,
    describe,
)
from kspec.syntax import nodes as n


class Mismatch(Exception):
    """A value that has not the type wanted. The text says what was wanted and what was found."""


def _is_amount(text: str) -> bool:
    try:
        return numbers.plain(text) is not None
    except BadNumber:
        return False


_SIMPLE: Mapping[str, tuple[str, Callable[[Value], bool]]] = {
    "string": ("a text", lambda v: isinstance(v, Text)),
    "Name": ("a name", lambda v: isinstance(v, Text)),
    "int": ("a whole number", lambda v: isinstance(v, Number) and numbers.whole(v.text) is not None),
    "number": ("a number without a unit", lambda v: isinstance(v, Number) and _is_amount(v.text)),
    "bool": ("true or false", lambda v: isinstance(v, Flag)),
    "Quantity": ("a quantity such as 250m or 1Gi", lambda v: isinstance(v, Number) and numbers.is_quantity(v.text)),
    "Duration": (
        "a duration such as 30s or 5m",
        lambda v: isinstance(v, Number) and numbers.seconds(v.text) is not None,
    ),
    "Percent": ("a percentage such as 70%", lambda v: isinstance(v, Number) and v.text.endswith("%")),
    "Range": ("a range such as 2..6", lambda v: isinstance(v, Extent)),
    "any": ("a value", lambda v: True),
}
NAMES = (*_SIMPLE, "list", "map")


def words(type: n.Type) -> str | None:
    """What a value of a type looks like; None for the enums of the design, whose members only it knows."""
    if type.bounds is not None:
        return f"a number in {type.bounds[0].text}..{type.bounds[1].text}"
    match type.name:
        case "list":
            return 'a list such as ["x", "y"]'
        case "map":
            return 'a map such as { x: "y" }'
        case name:
            return _SIMPLE[name][0] if name in _SIMPLE else None


def conform(value: Value, type: n.Type, enums: Mapping[str, tuple[str, ...]]) -> Value:
    """The value, as one of that type: a bare word becomes the name or the member it means. Raises `Mismatch`.

    `enums` are those of the design; `type` names one of them or one of `NAMES`.
    """
    members = type.members or enums.get(type.name, ())
    if members:
        return _member(value, members)
    if type.bounds is not None:
        return _bounded(value, type.bounds)
    match type.name:
        case "list":
            return _list(value, type, enums)
        case "map":
            return _map(value, type, enums)
        case "Name" if isinstance(value, Word):
            return Text(value.text, span=value.span, declared=value.declared)
        case "Name" if isinstance(value, ObjectName):
            return Text(value.rest, span=value.span, declared=value.declared)
        case name:
            wanted, fits = _SIMPLE[name]
            if not fits(value):
                raise Mismatch(f"expected {wanted}, found {describe(value)}")
            return value


def _member(value: Value, members: tuple[str, ...]) -> Value:
    text = value.text if isinstance(value, Word | Text) else None
    if text not in members:
        raise Mismatch(f"expected one of {', '.join(members)}, found {describe(value)}")
    return Text(text, members, span=value.span, declared=value.declared)


def _bounded(value: Value, bounds: tuple[n.Number, n.Number]) -> Value:
    low, high = bounds
    try:
        fits = isinstance(value, Number) and (
            numbers.compare(low.text, value.text) <= 0 <= numbers.compare(high.text, value.text)
        )
    except BadNumber:
        fits = False
    if not fits:
        raise Mismatch(f"expected a number in {low.text}..{high.text}, found {describe(value)}")
    return value


def _list(value: Value, type: n.Type, enums: Mapping[str, tuple[str, ...]]) -> Value:
    if not isinstance(value, Listing):
        raise Mismatch(f"expected a list, found {describe(value)}")
    if not type.arguments:
        return value
    items = tuple(conform(i, type.arguments[-1], enums) for i in value.items)
    return Listing(items, span=value.span, declared=value.declared)


def _map(value: Value, type: n.Type, enums: Mapping[str, tuple[str, ...]]) -> Value:
    if not isinstance(value, Fields) or value.tests:
        raise Mismatch(f"expected a map, found {describe(value)}")
    if not type.arguments:
        return value
    pairs = tuple(Pair(p.key, p.key_span, conform(p.value, type.arguments[-1], enums)) for p in value.pairs)
    return Fields(pairs, span=value.span, declared=value.declared)
