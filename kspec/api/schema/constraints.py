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
from kspec.api.schema.problems import Breach, Keyword
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


def violations(value: Json, schema: Schema, fits: Fits) -> Iterator[Breach]:
    """Which constraints of its schema a value breaks. `fits` tells whether a value meets another schema."""
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
                yield from _fewest(len(value), limits.min_properties, Keyword.MIN_PROPERTIES, "fields")
                yield from _most(len(value), limits.max_properties, Keyword.MAX_PROPERTIES, "fields")
            case _:
                pass
    if schema.logic is not None:
        yield from _logic(value, schema.logic, fits)


def _text(value: str, limits: Limits) -> Iterator[Breach]:
    yield from _fewest(len(value), limits.min_length, Keyword.MIN_LENGTH, "characters")
    yield from _most(len(value), limits.max_length, Keyword.MAX_LENGTH, "characters")
    if limits.pattern is not None and len(value) <= _LONGEST_MATCHED:
        pattern = compiled(limits.pattern)
        if pattern is not None and not pattern.search(value):
            yield Breach(Keyword.PATTERN, limits.pattern, f"does not match the pattern `{limits.pattern}`")
    if limits.format is not None and not has_format(value, limits.format):
        yield Breach(Keyword.FORMAT, limits.format, f"is no {limits.format}")


def _number(value: float, limits: Limits) -> Iterator[Breach]:
    least, most, step = limits.minimum, limits.maximum, limits.multiple_of
    if least is not None and limits.exclusive_minimum and value <= least:
        yield Breach(Keyword.EXCLUSIVE_MINIMUM, least, f"must be more than {_plain(least)}")
    elif least is not None and value < least:
        yield Breach(Keyword.MINIMUM, least, f"must be at least {_plain(least)}")
    if most is not None and limits.exclusive_maximum and value >= most:
        yield Breach(Keyword.EXCLUSIVE_MAXIMUM, most, f"must be less than {_plain(most)}")
    elif most is not None and value > most:
        yield Breach(Keyword.MAXIMUM, most, f"must be at most {_plain(most)}")
    if step and (value / step) % 1:
        yield Breach(Keyword.MULTIPLE_OF, step, f"must be a multiple of {_plain(step)}")


def _list(value: list[Json], limits: Limits) -> Iterator[Breach]:
    yield from _fewest(len(value), limits.min_items, Keyword.MIN_ITEMS, "items")
    yield from _most(len(value), limits.max_items, Keyword.MAX_ITEMS, "items")
    if limits.unique_items and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield Breach(Keyword.UNIQUE_ITEMS, True, "has the same item twice")


def _fewest(count: int, bound: int | None, keyword: Keyword, what: str) -> Iterator[Breach]:
    if bound is not None and count < bound:
        yield Breach(keyword, bound, f"has {count} {what}, which is fewer than {bound}")


def _most(count: int, bound: int | None, keyword: Keyword, what: str) -> Iterator[Breach]:
    if bound is not None and count > bound:
        yield Breach(keyword, bound, f"has {count} {what}, which is more than {bound}")


def _logic(value: Json, logic: Logic, fits: Fits) -> Iterator[Breach]:
    if not all(fits(value, s) for s in logic.all_of):
        yield Breach(Keyword.ALL_OF, None, "does not meet all the schemas of its `allOf`")
    if logic.any_of and not any(fits(value, s) for s in logic.any_of):
        yield Breach(Keyword.ANY_OF, None, "meets none of the schemas of its `anyOf`")
    if logic.one_of and (met := sum(fits(value, s) for s in logic.one_of)) != 1:
        words = f"meets {met or 'none'} of the schemas of its `oneOf`, where it should be one"
        yield Breach(Keyword.ONE_OF, met, words)
    if logic.not_ is not None and fits(value, logic.not_):
        yield Breach(Keyword.NOT, None, "meets the schema of its `not`")


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A Go pattern as Python's, None where Python cannot read it. `$` is the end of the text, not of its last line."""
    try:
        return re.compile(_as_python(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


def _as_python(pattern: str) -> str:
    for name, characters in _POSIX.items():
        pattern = pattern.replace(name, characters)
    pattern = pattern.replace(r"\z", r"\Z").replace(r"\pL", r"[^\W\d_]").replace(r"\pN", r"\d")
    return _flags_in_groups(re.sub(r"(?<!\\)\$(?=$|\)|\|)", r"\\Z", pattern))


def _flags_in_groups(pattern: str) -> str:
    """`a(?i)b` as `a(?i:b)`: in Go flags hold from where they stand to the end of their group."""
    match = re.search(r"(?<!\\)\(\?([ims]+)\)", pattern)
    while match is not None:
        end = _end_of_group(pattern, match.end())
        pattern = f"{pattern[: match.start()]}(?{match[1]}:{pattern[match.end() : end]}){pattern[end:]}"
        match = re.search(r"(?<!\\)\(\?([ims]+)\)", pattern)
    return pattern


def _end_of_group(pattern: str, start: int) -> int:
    depth = 0
    for place in range(start, len(pattern)):
        if pattern[place] in "()" and pattern[place - 1] != "\\":
            depth += 1 if pattern[place] == "(" else -1
            if depth < 0:
                return place
    return len(pattern)


def go_error(pattern: str) -> str | None:
    """What is wrong with a pattern in the words of Go's parser; None for one that is right, or wrong in other ways."""
    try:
        re.compile(_as_python(pattern))
    except re.error as error:
        said = next((go for python, go in _GO_ERRORS.items() if error.msg.startswith(python)), None)
        if said is None:
            return None
        at = error.pos or 0
        shown = pattern[at:] if "]" in said else pattern[at : at + 1] if "argument" in said else pattern
        return f"error parsing regexp: {said}: `{shown}`"
    except (RecursionError, OverflowError):
        return None
    return None


_GO_ERRORS = {
    "missing ), unterminated subpattern": "missing closing )",
    "unbalanced parenthesis": "unexpected )",
    "unterminated character set": "missing closing ]",
    "nothing to repeat": "missing argument to repetition operator",
}
