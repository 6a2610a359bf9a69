"""Smart constructors: core expressions with constants folded, and sums, conjunctions and comparisons in normal form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeAlias

from kspec.core.expr import (
    BOOL,
    FALSE,
    INT,
    ONE,
    TRUE,
    ZERO,
    Aggregate,
    Apply,
    Const,
    Enabled,
    Expr,
    Fold,
    Global,
    Local,
    Op,
    Param,
    Sort,
    existing,
)

Term: TypeAlias = Expr | int
"""What the constructors take: an expression, or a Python int or bool as a literal."""


def const(value: int) -> Expr:
    """The literal; a Python bool gives sort BOOL."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return Const(value, INT)


def lift(term: Term) -> Expr:
    """The expression itself, or the literal."""
    return const(term) if isinstance(term, int) else term


def glob(name: str, sort: Sort = INT) -> Expr:
    """A global variable."""
    return Global(name, sort)


def local(name: str, sort: Sort = INT) -> Expr:
    """A variable of the bound node's block."""
    return Local(name, sort)


def param(name: str) -> Expr:
    """A rigid symbolic parameter."""
    return Param(name)


def enabled(component: str | None = None) -> Expr:
    """Some controller action (of this component) can change something."""
    return Enabled(component)


def settled() -> Expr:
    """No controller action can change anything."""
    return not_(Enabled(None))


# ---------------------------------------------------------------- Boolean


def _connect(op: Op, terms: Iterable[Term], unit: Expr, zero: Expr) -> Expr:
    flat: dict[Expr, None] = {}
    for term in terms:
        expr = lift(term)
        parts = expr.args if isinstance(expr, Apply) and expr.op is op else (expr,)
        for part in parts:
            if part is zero:
                return zero
            if part is not unit:
                flat[part] = None
    if any(_opposite(part) in flat for part in flat):
        return zero
    if not flat:
        return unit
    return next(iter(flat)) if len(flat) == 1 else Apply(op, tuple(flat), BOOL)


def _opposite(expr: Expr) -> Expr | None:
    """The negation, if it exists already."""
    if isinstance(expr, Apply):
        match expr.op:
            case Op.NOT:
                return expr.args[0]
            case Op.LT | Op.LE:
                turned = Op.LE if expr.op is Op.LT else Op.LT
                found: Expr | None = existing(Apply, turned, (expr.args[1], expr.args[0]), BOOL)
                return found
            case _:
                pass
    negated: Expr | None = existing(Apply, Op.NOT, (expr,), BOOL)
    return negated


def and_(*terms: Term) -> Expr:
    """All of them; true if there is none."""
    return _connect(Op.AND, terms, TRUE, FALSE)


def or_(*terms: Term) -> Expr:
    """Any of them; false if there is none."""
    return _connect(Op.OR, terms, FALSE, TRUE)


def not_(term: Term) -> Expr:
    """The negation; comparisons are turned round instead."""
    expr = lift(term)
    if isinstance(expr, Const):
        return FALSE if expr.value else TRUE
    if isinstance(expr, Apply):
        match expr.op:
            case Op.NOT:
                return expr.args[0]
            case Op.LT:
                return le(expr.args[1], expr.args[0])
            case Op.LE:
                return lt(expr.args[1], expr.args[0])
            case _:
                pass
    return Apply(Op.NOT, (expr,), BOOL)


def implies(premise: Term, conclusion: Term) -> Expr:
    """Where the premise holds, so does the conclusion."""
    return or_(not_(premise), conclusion)


def ite(condition: Term, then: Term, other: Term) -> Expr:
    """`then` where the condition holds, else `other` (equal sorts)."""
    test, yes, no = lift(condition), lift(then), lift(other)
    if isinstance(test, Const):
        return yes if test.value else no
    if yes is no:
        return yes
    if yes.sort is BOOL:
        return and_(or_(not_(test), yes), or_(test, no))
    if isinstance(test, Apply) and test.op is Op.NOT:
        test, yes, no = test.args[0], no, yes
    return Apply(Op.ITE, (test, yes, no), INT)


# ---------------------------------------------------------------- comparison


def _compare(op: Op, left: Term, right: Term, holds: Callable[[int, int], bool]) -> Expr:
    one, two = lift(left), lift(right)
    if one is two:
        return const(holds(0, 0))
    if isinstance(one, Const) and isinstance(two, Const):
        return const(holds(one.value, two.value))
    if _is_sum(one) or _is_sum(two):
        gap = sub(two, one)
        if isinstance(gap, Const):
            return const(holds(0, gap.value))
    return Apply(op, (one, two), BOOL)


def _is_sum(expr: Expr) -> bool:
    return isinstance(expr, Apply) and expr.op is Op.SUM


def eq(left: Term, right: Term) -> Expr:
    """Equality; on Booleans: equivalence."""
    one, two = lift(left), lift(right)
    if one.sort is BOOL:
        for literal, expr in ((one, two), (two, one)):
            if isinstance(literal, Const):
                return expr if literal.value else not_(expr)
    return _compare(Op.EQ, one, two, lambda a, b: a == b)


def ne(left: Term, right: Term) -> Expr:
    """The two differ."""
    return not_(eq(left, right))


def lt(left: Term, right: Term) -> Expr:
    """Strictly less."""
    return _compare(Op.LT, left, right, lambda a, b: a < b)


def le(left: Term, right: Term) -> Expr:
    """Less or equal."""
    return _compare(Op.LE, left, right, lambda a, b: a <= b)


def gt(left: Term, right: Term) -> Expr:
    """Strictly greater."""
    return lt(right, left)


def ge(left: Term, right: Term) -> Expr:
    """Greater or equal."""
    return le(right, left)


# ---------------------------------------------------------------- arithmetic


def linear_parts(terms: Iterable[Term]) -> tuple[dict[Expr, int], int]:
    """The sum of the terms as coefficients of atoms (no sums, no multiples), in order of appearance, and a constant."""
    coefficients: dict[Expr, int] = {}
    constant = 0
    for term in terms:
        if isinstance(term, int):
            constant += term
        elif coefficients or not (isinstance(term, Apply) and term.op is Op.SUM):
            constant += _collect(term, 1, coefficients)
        else:
            known, more = _summands(term)
            coefficients |= known
            constant += more
    return coefficients, constant


@lru_cache(maxsize=1024)
def _summands(expr: Apply) -> tuple[dict[Expr, int], int]:
    """The parts of a sum, which nobody changes: a sum of many is compared with many numbers."""
    coefficients: dict[Expr, int] = {}
    return coefficients, _collect(expr, 1, coefficients)


def _collect(expr: Expr, factor: int, coefficients: dict[Expr, int]) -> int:
    """Add a multiple of an expression to the coefficients; gives what it adds to the constant."""
    if isinstance(expr, Apply):
        if expr.op is Op.SUM:
            return sum([_collect(part, factor, coefficients) for part in expr.args])
        if expr.op is Op.SCALE and isinstance(expr.args[0], Const):
            return _collect(expr.args[1], factor * expr.args[0].value, coefficients)
    elif isinstance(expr, Const):
        return factor * expr.value
    coefficients[expr] = coefficients.get(expr, 0) + factor
    return 0


def linear_sum(coefficients: dict[Expr, int], constant: int) -> Expr:
    """The expression for coefficients of atoms and a constant."""
    parts: list[Expr] = [
        atom if factor == 1 else Apply(Op.SCALE, (Const(factor, INT), atom), INT)
        for atom, factor in coefficients.items()
        if factor
    ]
    if constant or not parts:
        parts.append(Const(constant, INT))
    return parts[0] if len(parts) == 1 else Apply(Op.SUM, tuple(parts), INT)


def total(terms: Iterable[Term]) -> Expr:
    """The sum; equal atoms are collected, so `x + 1 - x` is 1."""
    return linear_sum(*linear_parts(terms))


def add(*terms: Term) -> Expr:
    """The sum of some terms."""
    return total(terms)


def sub(left: Term, right: Term) -> Expr:
    """The difference."""
    return total((left, scale(-1, right)))


def scale(factor: int, term: Term) -> Expr:
    """A constant multiple."""
    coefficients, constant = linear_parts((term,))
    return linear_sum({atom: factor * c for atom, c in coefficients.items()}, factor * constant)


def _extreme(op: Op, terms: Iterable[Term], pick: Callable[[int, int], int]) -> Expr:
    flat: dict[Expr, None] = {}
    literal: int | None = None
    for term in terms:
        expr = lift(term)
        for part in expr.args if isinstance(expr, Apply) and expr.op is op else (expr,):
            if isinstance(part, Const):
                literal = part.value if literal is None else pick(literal, part.value)
            else:
                flat[part] = None
    parts = list(flat) + ([Const(literal, INT)] if literal is not None else [])
    if not parts:
        raise ValueError(f"{op.value} of nothing")
    return parts[0] if len(parts) == 1 else Apply(op, tuple(parts), INT)


def min_(*terms: Term) -> Expr:
    """The least of some terms (at least one)."""
    return _extreme(Op.MIN, terms, min)


def max_(*terms: Term) -> Expr:
    """The greatest of some terms (at least one)."""
    return _extreme(Op.MAX, terms, max)


# ---------------------------------------------------------------- aggregates


def aggregate(fold: Fold, classes: Iterable[int], body: Term) -> Expr:
    """The fold of an expression over one node's block over all nodes of the classes."""
    chosen, inner = frozenset(classes), lift(body)
    if fold is Fold.SUM and (not chosen or inner is ZERO):
        return ZERO
    return Aggregate(fold, chosen, inner)


def sum_nodes(classes: Iterable[int], body: Term) -> Expr:
    """The sum over nodes."""
    return aggregate(Fold.SUM, classes, body)


def count_nodes(classes: Iterable[int], condition: Term) -> Expr:
    """How many nodes satisfy a condition on their block."""
    return aggregate(Fold.SUM, classes, ite(condition, ONE, ZERO))


def any_node(classes: Iterable[int], condition: Term) -> Expr:
    """Some node satisfies the condition."""
    return gt(count_nodes(classes, condition), 0)


def all_nodes(classes: Iterable[int], condition: Term) -> Expr:
    """Every node satisfies the condition."""
    return le(count_nodes(classes, not_(condition)), 0)
