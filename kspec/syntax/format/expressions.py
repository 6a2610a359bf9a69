"""Expressions as they are written, with the parentheses that the grammar wants and no others."""

from __future__ import annotations

from enum import IntEnum
from typing import assert_never

from kspec.syntax import nodes as n
from kspec.syntax.format.literals import assembled, quoted
from kspec.syntax.nodes.expressions import Operator


class Level(IntEnum):
    """How tightly a form binds: the levels of `grammar/5-expressions.lark`."""

    OPEN = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    ARROW = 5
    RANGE = 6
    SUM = 7
    PRODUCT = 8
    UNARY = 9
    POSTFIX = 10


_INFIX = {
    Operator.IMPLIES: (Level.OPEN, Level.OR, Level.OPEN),
    Operator.OR: (Level.OR, Level.OR, Level.AND),
    Operator.AND: (Level.AND, Level.AND, Level.NOT),
    **dict.fromkeys(
        (Operator.EQ, Operator.NE, Operator.LE, Operator.GE, Operator.LT, Operator.GT, Operator.IN, Operator.NOT_IN),
        (Level.COMPARISON, Level.ARROW, Level.ARROW),
    ),
    **dict.fromkeys((Operator.ADD, Operator.SUB), (Level.SUM, Level.SUM, Level.PRODUCT)),
    **dict.fromkeys((Operator.MUL, Operator.DIV, Operator.MOD), (Level.PRODUCT, Level.PRODUCT, Level.UNARY)),
}
"""Of each operator its own level, and those that its sides must have at least."""


def written(expr: n.Expr, least: Level = Level.OPEN) -> str:
    """The text of an expression, in parentheses where it binds less tightly than `least`."""
    level, text = _form(expr)
    return text if level >= least else f"({text})"


def _form(expr: n.Expr) -> tuple[Level, str]:
    match expr:
        case n.Binary(operator, left, right):
            own, low, high = _INFIX[operator]
            return own, f"{written(left, low)} {operator.value} {written(right, high)}"
        case n.Unary(Operator.NOT, operand):
            return Level.NOT, f"!{written(operand, Level.NOT)}"
        case n.Unary(_, operand):
            return Level.UNARY, f"-{written(operand, Level.UNARY)}"
        case n.Range(low_end, high_end):
            return Level.RANGE, f"{written(low_end, Level.SUM)} .. {written(high_end, Level.SUM)}"
        case n.MapsTo(left, right):
            return Level.ARROW, f"{written(left, Level.RANGE)} -> {written(right, Level.RANGE)}"
        case n.LeadsTo() | n.Temporal() | n.Quantified() | n.Conditional():
            return Level.OPEN, _open(expr)
        case n.Attribute(target, name):
            return Level.POSTFIX, f"{written(target, Level.POSTFIX)} .{name.text}"
        case n.Index(target, index):
            return Level.POSTFIX, f"{written(target, Level.POSTFIX)}[{written(index)}]"
        case n.Call(function, args):
            return Level.POSTFIX, f"{written(function, Level.POSTFIX)}{arguments(args)}"
        case _:
            return Level.POSTFIX, _atom(expr)


def _open(expr: n.LeadsTo | n.Temporal | n.Quantified | n.Conditional) -> str:
    """Forms that reach as far to the right as they can."""
    match expr:
        case n.LeadsTo(left, right, bound, until):
            word = "until" if until else "leads_to"
            return f"{written(left, Level.OR)} {word}{_within(bound)} {written(right)}"
        case n.Temporal(operator, bound, body):
            return f"{operator.value}{_within(bound)} {written(body)}"
        case n.Quantified(quantifier, variables, source, body):
            names = ", ".join(v.text for v in variables)
            return f"{quantifier.value} {names} in {written(source, Level.RANGE)}: {written(body)}"
        case n.Conditional(condition, yes, no):
            return f"if {written(condition)} then {written(yes)} else {written(no)}"
        case _:
            assert_never(expr)


def _within(bound: n.Number | None) -> str:
    return "" if bound is None else f" within {bound.text}"


def _atom(expr: n.Expr) -> str:
    match expr:
        case n.Name(text) | n.Number(text) | n.Qualified(text):
            return text
        case n.Reference(kind, rest):
            return f"{kind}/{rest}"
        case n.Text():
            return text_of(expr)
        case n.Boolean(value):
            return "true" if value else "false"
        case n.Null():
            return "null"
        case n.Pick(pick, noun):
            return f"{pick.value} {noun.text}"
        case n.List(items):
            return f"[{', '.join(written(item) for item in items)}]"
        case n.ListOf(body, variable, source, condition):
            return f"[{_loop(body, variable, source, condition)}]"
        case n.Map(entries):
            return "{ " + ", ".join(_entry(entry) for entry in entries) + " }" if entries else "{}"
        case _:
            raise AssertionError(f"no atom: {expr!r}")


def text_of(text: n.Text) -> str:
    """A text with its holes."""
    return assembled([(False, part) if isinstance(part, str) else (True, written(part)) for part in text.parts])


def key(name: n.Key) -> str:
    """A name, a key or a quoted key."""
    return quoted(name.text) if name.quoted else name.text


def _entry(entry: n.Entry | n.SelectorEntry) -> str:
    match entry:
        case n.Entry(name, value):
            return f"{key(name)}: {written(value)}"
        case n.SelectorEntry(name, test, values):
            return f"{key(name)} {test.value}{'' if values is None else f' {written(values)}'}"
        case _:
            assert_never(entry)


def _loop(body: n.Expr, variable: n.Key, source: n.Expr, condition: n.Expr | None) -> str:
    where = "" if condition is None else f" where {written(condition)}"
    return f"{written(body, Level.OR)} for {variable.text} in {written(source, Level.RANGE)}{where}"


def arguments(args: tuple[n.Argument, ...]) -> str:
    """Arguments in their parentheses."""
    return f"({', '.join(_argument(arg) for arg in args)})"


def _argument(arg: n.Argument) -> str:
    match arg:
        case n.Named(name, value):
            return f"{name.text}: {written(value)}"
        case n.Filtered(value, condition):
            return f"{written(value, Level.OR)} where {written(condition)}"
        case n.Generator(body, variable, source, condition):
            return _loop(body, variable, source, condition)
        case n.Amount(number, noun):
            return f"{number.text} {noun.text}"
        case _:
            return written(arg)
