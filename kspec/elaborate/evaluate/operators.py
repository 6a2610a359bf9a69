"""Infix operators on values, with CEL's meaning."""

from __future__ import annotations

from kspec.elaborate.evaluate import numbers
from kspec.elaborate.evaluate.numbers import BadNumber
from kspec.elaborate.evaluate.values import (
    Fields,
    Flag,
    Listing,
    Nothing,
    Number,
    ObjectName,
    Text,
    Value,
    Word,
    describe,
)
from kspec.source.text import Span
from kspec.syntax.nodes.expressions import Operator

MAX_TEXT = 1_000_000
MAX_ITEMS = 100_000


class BadOperands(ValueError):
    """Values that an operator does not take. The text says why."""


def apply(operator: Operator, left: Value, right: Value, span: Span) -> Value:
    """The value of `left operator right`; `&&`, `||` and `=>` are not here. Raises `BadOperands`."""
    match operator:
        case Operator.EQ:
            return Flag(_equal(left, right), span=span)
        case Operator.NE:
            return Flag(not _equal(left, right), span=span)
        case Operator.LT | Operator.LE | Operator.GT | Operator.GE:
            return Flag(_ordered(operator, left, right), span=span)
        case Operator.IN:
            return Flag(_member(left, right), span=span)
        case Operator.NOT_IN:
            return Flag(not _member(left, right), span=span)
        case _:
            return _compute(operator, left, right, span)


def plain(value: Value) -> object:
    """A value without its places, to compare it with another. Raises `BadOperands` for one that is too large."""
    return _plain(value, [MAX_ITEMS])


def _plain(value: Value, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0:
        raise BadOperands("the values are too large to compare")
    match value:
        case Text(text) | Word(text):
            return text
        case Number(text):
            try:
                return numbers.split(text)
            except BadNumber:
                return text
        case Flag(value=truth):
            return truth
        case Listing(items):
            return tuple(_plain(i, left) for i in items)
        case Fields(pairs):
            return frozenset((p.key, _plain(p.value, left)) for p in pairs)
        case ObjectName(kind, rest):
            return kind, rest
        case Nothing():
            return None
        case _:
            return value


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, Number) and isinstance(right, Number):
        return _compared(left, right) == 0
    comparable = type(left) is type(right) or isinstance(left, Nothing) or isinstance(right, Nothing)
    if not comparable and not ({type(left), type(right)} <= {Text, Word}):
        raise BadOperands(f"{describe(left)} cannot equal {describe(right)}")
    return plain(left) == plain(right)


def _ordered(operator: Operator, left: Value, right: Value) -> bool:
    if isinstance(left, Number) and isinstance(right, Number):
        order = _compared(left, right)
    elif isinstance(left, Text) and isinstance(right, Text):
        order = (left.text > right.text) - (left.text < right.text)
    else:
        raise BadOperands(f"`{operator.value}` compares two numbers or two texts, not {_both(left, right)}")
    match operator:
        case Operator.LT:
            return order < 0
        case Operator.LE:
            return order <= 0
        case Operator.GT:
            return order > 0
        case _:
            return order >= 0


def _compared(left: Number, right: Number) -> int:
    try:
        return numbers.compare(left.text, right.text)
    except BadNumber as error:
        raise BadOperands(str(error)) from error


def _member(left: Value, right: Value) -> bool:
    match right:
        case Listing(items):
            wanted = plain(left)
            return any(plain(i) == wanted for i in items)
        case Fields():
            return isinstance(left, Text | Word) and right.get(left.text) is not None
        case _:
            raise BadOperands(f"`in` looks into a list or a map, not into {describe(right)}")


def _compute(operator: Operator, left: Value, right: Value, span: Span) -> Value:
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(_number(operator, left.text, right.text), span=span)
    if operator is Operator.ADD:
        if isinstance(left, Text) and isinstance(right, Text):
            return Text(_short(left.text + right.text), span=span)
        if isinstance(left, Listing) and isinstance(right, Listing):
            if len(left.items) + len(right.items) > MAX_ITEMS:
                raise BadOperands("the list grows too long")
            return Listing(left.items + right.items, span=span)
    hint = '; write "${a}${b}" to join them' if operator is Operator.ADD else ""
    raise BadOperands(f"`{operator.value}` does not take {_both(left, right)}{hint}")


def _number(operator: Operator, left: str, right: str) -> str:
    try:
        match operator:
            case Operator.ADD:
                return numbers.add(left, right)
            case Operator.SUB:
                return numbers.add(left, right, -1)
            case Operator.MUL:
                return numbers.multiply(left, right)
            case Operator.DIV:
                return numbers.divide(left, right)
            case _:
                return numbers.modulo(left, right)
    except BadNumber as error:
        raise BadOperands(str(error)) from error


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadOperands("the text grows too long")
    return text


def _both(left: Value, right: Value) -> str:
    return f"{describe(left)} and {describe(right)}"
