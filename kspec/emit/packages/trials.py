"""Other values to try for a parameter: unlike anything that a manifest holds by itself, yet likely to be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.elaborate.parameters import Parameter, Plain

_NUMBER = re.compile(r"[0-9]+")
_WORDS = "x7q-probe", "x8q-probe"
_NUMBERS = 7919, 6271, 37, 23, 3, 5


def trials(parameter: Parameter) -> Iterator[Plain]:
    """Values that differ from the one it has, those first that can be told apart best."""
    value = parameter.value
    match value:
        case bool():
            yield not value
        case int():
            yield from (n for n in (*_NUMBERS, value + 1, value * 2, value - 1) if n != value and n >= 0)
        case str() if parameter.members:
            yield from (m for m in parameter.members if m != value)
        case str():
            yield from (t for t in _texts(value, parameter.is_text) if t != value)


def _texts(value: str, is_text: bool) -> Iterator[str]:
    if is_text:
        yield from _WORDS
        for word in _WORDS:
            yield from (f"{value}-{word}", f"{word}.{value}")
    if _NUMBER.search(value):
        yield from (_times(value, by) for by in (7, 2, 3))


def _times(value: str, by: int) -> str:
    """The text with all numbers in it multiplied."""
    return _NUMBER.sub(lambda m: str(int(m[0]) * by), value)
