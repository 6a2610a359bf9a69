"""What an expression of the component language can denote.

Numbers, truth values, text, null, lists (tuples) and maps of these are Python's own as long as the design fixes them;
what a run changes is a core expression. Objects, pods, nodes and sets of them are in `things` and `sets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from kspec.core.build import Term, lift
from kspec.core.expr import BOOL, Aggregate, Apply, Const, Enabled, Expr, Global, Local, Param

Value: TypeAlias = object
"""Anything an expression can denote; see the module's text."""

EXPRESSIONS = (Const, Global, Local, Param, Enabled, Apply, Aggregate)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A member of an enumeration, by name: a phase, a strategy, a policy."""

    text: str


@dataclass(frozen=True, slots=True)
class Enumerated:
    """A number that counts in a list of names: the value of an enumeration that a run changes."""

    expr: Expr
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A component named in an expression: its own state follows a dot."""

    name: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact quotient of a changing number; comparisons multiply it out."""

    expr: Expr
    denominator: int


Number: TypeAlias = int | Fraction


def is_expr(value: Value) -> bool:
    """Is it a core expression?"""
    return isinstance(value, EXPRESSIONS)


def is_truth(value: Value) -> bool:
    """Is it a truth value, fixed or changing?"""
    return isinstance(value, bool) or (isinstance(value, EXPRESSIONS) and value.sort is BOOL)


def is_integer(value: Value) -> bool:
    """Is it a whole number, fixed or changing?"""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, EXPRESSIONS) and value.sort is not BOOL)


def known(expr: Expr) -> Value:
    """A literal as Python's value; any other expression as it is."""
    if isinstance(expr, Const):
        return bool(expr.value) if expr.sort is BOOL else expr.value
    return expr


def as_term(value: Value) -> Term:
    """A number or truth value as the core's constructors take it; the caller has checked its type."""
    if isinstance(value, Enumerated):
        return value.expr
    assert isinstance(value, (int, *EXPRESSIONS)), value
    return value


def as_expr(value: Value) -> Expr:
    """A number or truth value as a core expression."""
    return lift(as_term(value))


_PEOPLE_SAY = {"NodeRef": "node", "Domain": "zone", "PodSet": "set of pods", "NodeSet": "set of nodes"}


def describe(value: Value) -> str:
    """What kind of thing a value is, for messages."""
    if is_truth(value):
        return "a truth value"
    if isinstance(value, Ratio | Fraction) or is_integer(value):
        return "a number"
    match value:
        case None:
            return "null"
        case str():
            return f'the text "{value}"'
        case Symbol():
            return f"the word {value.text}"
        case Enumerated():
            return f"one of {', '.join(value.labels)}"
        case tuple():
            return "a list"
        case _:
            name = type(value).__name__
            return f"a {_PEOPLE_SAY.get(name, name.lower())}"
