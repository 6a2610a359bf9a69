"""What a scenario is made of, once it is read: events, pauses, expectations, and choices between courses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from kspec.core.expr import Expr
from kspec.source.text import Span


@dataclass(frozen=True, slots=True)
class Happens:
    """An event: one of the environment actions that count down this global."""

    variable: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passes:
    """So many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """The controllers work until this holds."""

    condition: Expr
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A number in an expectation, as it is written."""

    text: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Expects:
    """This must hold now."""

    condition: Expr
    span: Span
    text: str = ""
    """The condition as it is written."""
    sides: tuple[Side, ...] = ()
    """The numbers it compares."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several courses, unknown which."""

    courses: tuple[tuple[Moment, ...], ...]


Line: TypeAlias = Happens | Passes | Until | Expects
Moment: TypeAlias = Line | OneOf


def courses(moments: Sequence[Moment]) -> Iterator[tuple[Line, ...]]:
    """Every course that moments may take, choices resolved, in the order of writing."""
    parts: list[list[tuple[Line, ...]]] = []
    for moment in moments:
        if isinstance(moment, OneOf):
            parts.append([course for branch in moment.courses for course in courses(branch)])
        else:
            parts.append([(moment,)])
    for chosen in product(*parts):
        yield tuple(line for part in chosen for line in part)
