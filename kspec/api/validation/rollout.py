"""Numbers or percentages, as rollouts and budgets use them.

Upstream: pkg/apis/apps/validation/validation.go, ValidatePositiveIntOrPercent, IsNotMoreThan100Percent (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, invalid
from kspec.api.validation.meta import not_negative
from kspec.api.validation.names import percent
from kspec.source.tree import Json


def int_or_percent(at: FieldPath, value: Json) -> Iterator[Cause]:
    """A number that is not negative, or `N%`."""
    if isinstance(value, str):
        yield from each(at, value, percent(value))
    elif isinstance(value, int):
        yield from not_negative(at, value)


def at_most_all(at: FieldPath, value: Json) -> Iterator[Cause]:
    """A percentage is not over 100."""
    if _percentage(value) is not None and (_percentage(value) or 0) > 100:
        yield invalid(at, value, "must not be greater than 100%")


def amount(value: Json) -> int:
    """The number, or the percentage's number; 0 for text that is neither."""
    if isinstance(value, int):
        return value
    found = _percentage(value)
    if found is not None:
        return found
    return _number(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0


def _percentage(value: Json) -> int | None:
    return _number(value[:-1]) if isinstance(value, str) and not percent(value) else None


def _number(digits: str) -> int:
    """What Go's `strconv.Atoi` reads: numbers that do not fit are the largest that does."""
    return min(int(digits), 2**63 - 1) if len(digits) < 1000 else 2**63 - 1
