"""Operators of the component language on values: fixed parts are computed, the rest becomes core expressions."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from kspec.core import build
from kspec.core.build import linear_parts, linear_sum
from kspec.core.expr import BOOL, Apply, Expr, Op
from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, UNKNOWN_NAME, mistake
from kspec.elaborate.behaviour.naming import is_named, is_thing
from kspec.elaborate.behaviour.sets import NodeRef
from kspec.elaborate.behaviour.values import (
    Enumerated,
    Ratio,
    Symbol,
    Value,
    as_expr,
    as_term,
    describe,
    is_expr,
    is_integer,
    is_truth,
    known,
)
from kspec.source.text import Span
from kspec.syntax.nodes import Operator


def truth(value: Value, span: Span) -> bool | Expr:
    """The value as a truth value; null, what a missing field gives, counts as false."""
    if value is None:
        return False
    if not is_truth(value):
        raise mistake(TYPE, f"expected a truth value, found {describe(value)}", span)
    return value  # type: ignore[return-value]


def number(value: Value, span: Span) -> int | Expr:
    """The value as a whole number; truth values count as 0 and 1."""
    if isinstance(value, bool):
        return int(value)
    if is_truth(value):
        return build.ite(as_expr(value), 1, 0)
    if not is_integer(value):
        raise mistake(TYPE, f"expected a whole number, found {describe(value)}", span)
    return value  # type: ignore[return-value]


def not_(value: Value, span: Span) -> Value:
    """Negation."""
    operand = truth(value, span)
    return not operand if isinstance(operand, bool) else known(negation(operand))


def negation(formula: Expr) -> Expr:
    """The negation, moved inwards to the atoms, so that what must hold together stays a conjunction."""
    if isinstance(formula, Apply) and formula.op in (Op.AND, Op.OR):
        join = build.or_ if formula.op is Op.AND else build.and_
        return join(*(negation(part) for part in formula.args))
    return build.not_(formula)


def negative(value: Value, span: Span) -> Value:
    """The number with the other sign."""
    return arithmetic(Operator.SUB, 0, value, span)


def choose(condition: bool | Expr, yes: Value, no: Value, span: Span) -> Value:
    """`yes` where the condition holds, else `no`; the two have one type."""
    if isinstance(condition, bool):
        return yes if condition else no
    if is_truth(yes) and is_truth(no):
        return known(build.ite(condition, as_term(yes), as_term(no)))
    return known(build.ite(condition, number(yes, span), number(no, span)))


# ---------------------------------------------------------------- comparison


def compare(operator: Operator, left: Value, right: Value, span: Span) -> Value:
    """`==`, `!=`, `<=`, `>=`, `<`, `>`."""
    match operator:
        case Operator.EQ:
            return equal(left, right, span)
        case Operator.NE:
            return not_(equal(left, right, span), span)
        case Operator.GE:
            return _at_most(right, left, 0, span)
        case Operator.GT:
            return _at_most(right, left, 1, span)
        case Operator.LT:
            return _at_most(left, right, 1, span)
        case _:
            return _at_most(left, right, 0, span)


def equal(left: Value, right: Value, span: Span) -> Value:
    """Equality of any two values of one type; null equals only null."""
    if isinstance(left, Enumerated) or isinstance(right, Enumerated):
        return _same_member(left, right, span)
    if isinstance(left, Symbol | str) and isinstance(right, Symbol | str):
        return _text(left) == _text(right)
    if isinstance(left, NodeRef) and isinstance(right, NodeRef):
        return _same_node(left, right, span)
    if is_thing(left) != is_thing(right):
        return is_named(left, right, span) if is_thing(left) else is_named(right, left, span)
    if is_expr(left) or is_expr(right) or isinstance(left, Ratio) or isinstance(right, Ratio):
        if left is None or right is None:
            return False
        if is_truth(left) and is_truth(right):
            return known(build.eq(as_term(left), as_term(right)))
        one, two = _cleared(left, right, span)
        return known(build.eq(one, two))
    return bool(left == right) if isinstance(left, bool) == isinstance(right, bool) else False


def _text(value: Symbol | str) -> str:
    return value.text if isinstance(value, Symbol) else value


def _same_member(left: Value, right: Value, span: Span) -> Value:
    if isinstance(left, Enumerated) and isinstance(right, Enumerated):
        if left.labels != right.labels:
            raise mistake(TYPE, "members of different enumerations are never equal", span)
        return known(build.eq(left.expr, right.expr))
    value, member = (left, right) if isinstance(left, Enumerated) else (right, left)
    assert isinstance(value, Enumerated)
    if not isinstance(member, Symbol | str):
        raise mistake(TYPE, f"expected one of {', '.join(value.labels)}, found {describe(member)}", span)
    if _text(member) not in value.labels:
        raise mistake(UNKNOWN_NAME, f"{_text(member)} is none of {', '.join(value.labels)}", span)
    return known(build.eq(value.expr, value.labels.index(_text(member))))


def _same_node(left: NodeRef, right: NodeRef, span: Span) -> bool:
    if left.place is not right.place:
        return False
    if left.level == right.level or left.place.single:
        return True
    raise mistake(NOT_IN_CORE, f"two nodes of {left.place.name} cannot be told apart", span)


def _at_most(left: Value, right: Value, slack: int, span: Span) -> Value:
    """`left + slack <= right` on whole numbers (`left < right` with slack 1, on fractions too)."""
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return left < right if slack else left <= right
    one, two = _cleared(left, right, span)
    coefficients, constant = linear_parts((one,))
    others, other = linear_parts((two,))
    for atom, factor in others.items():
        coefficients[atom] = coefficients.get(atom, 0) - factor
    coefficients = {atom: factor for atom, factor in coefficients.items() if factor}
    constant += slack - other
    if not coefficients:
        return constant <= 0
    common = gcd(*coefficients.values())
    if common > 1:  # common * sum <= -constant, so sum <= the quotient, rounded down
        coefficients = {atom: factor // common for atom, factor in coefficients.items()}
        return _sides(coefficients, -(-constant // common))
    # what the constructors would make of it; they would look for a constant difference once more
    return Apply(Op.LT if slack else Op.LE, (build.lift(one), build.lift(two)), BOOL)


def _sides(coefficients: dict[Expr, int], constant: int) -> Expr:
    """`sum + constant <= 0`, with everything negative on the right."""
    left = {atom: factor for atom, factor in coefficients.items() if factor > 0}
    right = {atom: -factor for atom, factor in coefficients.items() if factor < 0}
    return Apply(Op.LE, (linear_sum(left, max(constant, 0)), linear_sum(right, max(-constant, 0))), BOOL)


def _cleared(left: Value, right: Value, span: Span) -> tuple[int | Expr, int | Expr]:
    """Both sides multiplied by what makes them whole."""
    one, below = _quotient(left, span)
    two, above = _quotient(right, span)
    return build.scale(above, one) if above > 1 else one, build.scale(below, two) if below > 1 else two


def _quotient(value: Value, span: Span) -> tuple[int | Expr, int]:
    if isinstance(value, Ratio):
        return value.expr, value.denominator
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    return number(value, span), 1


# ---------------------------------------------------------------- arithmetic


def arithmetic(operator: Operator, left: Value, right: Value, span: Span) -> Value:
    """`+`, `-`, `*`, `/`, `mod`. Division is exact; a product has at most one factor that changes."""
    if isinstance(left, str | Symbol) and isinstance(right, str | Symbol) and operator is Operator.ADD:
        return _text(left) + _text(right)
    if isinstance(left, tuple) and isinstance(right, tuple) and operator is Operator.ADD:
        return left + right
    if operator is Operator.ADD and left == 0 and is_integer(left) and is_integer(right):
        return right
    if operator in (Operator.ADD, Operator.SUB) and right == 0 and is_integer(left) and is_integer(right):
        return left
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return _fixed(operator, left, right, span)
    one, below = _quotient(left, span)
    two, above = _quotient(right, span)
    match operator:
        case Operator.ADD | Operator.SUB:
            sign = 1 if operator is Operator.ADD else -1
            if below == above == 1:
                return known(build.add(one, build.scale(sign, two) if sign < 0 else two))
            return ratio(build.add(build.scale(above, one), build.scale(sign * below, two)), below * above)
        case Operator.MUL:
            if is_expr(one) and is_expr(two):
                raise mistake(NOT_IN_CORE, "a product of two numbers that both change is not linear", span)
            factor, other = (one, two) if isinstance(one, int) else (two, one)
            assert isinstance(factor, int)
            return ratio(build.scale(factor, other), below * above)
        case Operator.DIV if isinstance(two, int) and two > 0:
            return ratio(build.scale(above, one), below * two)
        case _:
            raise mistake(NOT_IN_CORE, f"`{operator.value}` needs a fixed positive number on its right", span)


def _fixed(operator: Operator, left: int | Fraction, right: int | Fraction, span: Span) -> int | Fraction:
    match operator:
        case Operator.ADD:
            result = Fraction(left) + right
        case Operator.SUB:
            result = Fraction(left) - right
        case Operator.MUL:
            result = Fraction(left) * right
        case _ if right == 0:
            raise mistake(TYPE, "division by zero", span)
        case Operator.DIV:
            result = Fraction(left) / right
        case _:
            result = Fraction(left) % right
    return int(result) if result.denominator == 1 else result


def ratio(expr: Expr, denominator: int) -> Value:
    """A quotient in lowest terms; a whole number where it is one."""
    coefficients, constant = linear_parts((expr,))
    common = gcd(denominator, constant, *coefficients.values())
    if common > 1:
        expr = linear_sum({atom: factor // common for atom, factor in coefficients.items()}, constant // common)
    if denominator == common:
        return known(expr)
    value = known(expr)
    if isinstance(value, int):
        return Fraction(value, denominator // common)
    return Ratio(expr, denominator // common)
