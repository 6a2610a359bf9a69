"""The constraints that a custom resource's schema can state about a value.

Keywords and their meaning as in the structural schemas of apiextensions.k8s.io/v1: a keyword applies to values of its
own type and ignores others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kspec.api.schema.formats import has_format
from kspec.api.schema.types import NO_LIMITS, Limits, Logic, Schema
from kspec.source.tree import Json

Fits = Callable[[Json, Schema], bool]

_POSIX = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "a-zA-Z0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:xdigit:]": "0-9A-Fa-f",
    "[:word:]": r"\w",
    "[:punct:]": r"!-/:-@\[-`{-~",
}
_LONGEST_MATCHED = 10_000


def violations(value: Json, schema: Schema, fits: Fits) -> Iterator[str]:
    """Which constraints of its schema a value breaks, as predicates: "is longer than 63 characters"."""
    limits = schema.limits
    if limits is not NO_LIMITS:
        match value:
            case str():
                yield from _text(value, limits)
            case bool():
                pass
            case int() | float():
                yield from _number(value, limits)
            case list():
                yield from _list(value, limits)
            case dict():
                yield from _count(len(value), limits.min_properties, limits.max_properties, "fields")
            case _:
                pass
    if schema.logic is not None:
        yield from _logic(value, schema.logic, fits)


def _text(value: str, limits: Limits) -> Iterator[str]:
    if limits.min_length is not None and len(value) < limits.min_length:
        yield f"is shorter than {limits.min_length} characters"
    if limits.max_length is not None and len(value) > limits.max_length:
        yield f"is longer than {limits.max_length} characters"
    if limits.pattern is not None and len(value) <= _LONGEST_MATCHED:
        pattern = compiled(limits.pattern)
        if pattern is not None and not pattern.search(value):
            yield f"does not match the pattern `{limits.pattern}`"
    if limits.format is not None and not has_format(value, limits.format):
        yield f"is no {limits.format}"


def _number(value: float, limits: Limits) -> Iterator[str]:
    least, most = limits.minimum, limits.maximum
    if least is not None and (value < least or (limits.exclusive_minimum and value == least)):
        yield f"must be {'more than' if limits.exclusive_minimum else 'at least'} {_plain(least)}"
    if most is not None and (value > most or (limits.exclusive_maximum and value == most)):
        yield f"must be {'less than' if limits.exclusive_maximum else 'at most'} {_plain(most)}"
    if limits.multiple_of and (value / limits.multiple_of) % 1:
        yield f"must be a multiple of {_plain(limits.multiple_of)}"


def _list(value: list[Json], limits: Limits) -> Iterator[str]:
    yield from _count(len(value), limits.min_items, limits.max_items, "items")
    if limits.unique_items and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield "has the same item twice"


def _count(count: int, least: int | None, most: int | None, what: str) -> Iterator[str]:
    if least is not None and count < least:
        yield f"has fewer than {least} {what}"
    if most is not None and count > most:
        yield f"has more than {most} {what}"


def _logic(value: Json, logic: Logic, fits: Fits) -> Iterator[str]:
    if not all(fits(value, s) for s in logic.all_of):
        yield "does not meet all the schemas of its `allOf`"
    if logic.any_of and not any(fits(value, s) for s in logic.any_of):
        yield "meets none of the schemas of its `anyOf`"
    if logic.one_of and (met := sum(fits(value, s) for s in logic.one_of)) != 1:
        yield f"meets {met or 'none'} of the schemas of its `oneOf`, where it should be one"
    if logic.not_ is not None and fits(value, logic.not_):
        yield "meets the schema of its `not`"


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A Go pattern as Python's, None where Python cannot read it. `$` is the end of the text, not of its last line."""
    for name, characters in _POSIX.items():
        pattern = pattern.replace(name, characters)
    pattern = pattern.replace(r"\z", r"\Z").replace(r"\pL", r"[^\W\d_]").replace(r"\pN", r"\d")
    pattern = re.sub(r"(?<!\\)\$(?=$|\)|\|)", r"\\Z", pattern)
    try:
        return re.compile(pattern)
    except re.error:
        return None
