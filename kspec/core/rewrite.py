"""Rebuilding expressions: replace leaves and aggregates, fold on the way up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kspec.core.build import add, aggregate, and_, eq, ite, le, lt, max_, min_, not_, or_, scale
from kspec.core.expr import Aggregate, Apply, Const, Expr, Op


def apply(op: Op, args: tuple[Expr, ...]) -> Expr:
    """An operator applied through its smart constructor."""
    return _APPLIED[op](*args)


def _scaled(factor: Expr, term: Expr) -> Expr:
    assert isinstance(factor, Const)
    return scale(factor.value, term)


_APPLIED: dict[Op, Callable[..., Expr]] = {
    Op.AND: and_,
    Op.OR: or_,
    Op.NOT: not_,
    Op.ITE: ite,
    Op.EQ: eq,
    Op.LT: lt,
    Op.LE: le,
    Op.SUM: add,
    Op.SCALE: _scaled,
    Op.MIN: min_,
    Op.MAX: max_,
}


Replace: TypeAlias = Callable[[Expr], Expr | None]
"""Gives the replacement of a leaf or an aggregate, or None to keep it (an aggregate is then rewritten inside)."""

Refine: TypeAlias = Callable[[Expr], Expr]
"""Simplifies an operator application whose operands have been rewritten."""


def rewrite(expr: Expr, replace: Replace, memo: dict[Expr, Expr] | None = None, refine: Refine | None = None) -> Expr:
    """The expression with leaves and aggregates replaced, folded again on the way up.

    `replace` sees every leaf but constants, and every aggregate before its body. Pass one `memo` for many expressions.
    """
    known = memo if memo is not None else {}

    def visit(expr: Expr) -> Expr:
        done = known.get(expr)
        if done is not None:
            return done
        result: Expr
        if isinstance(expr, Apply):
            args = tuple([visit(arg) for arg in expr.args])
            result = expr if args == expr.args else _APPLIED[expr.op](*args)
            if refine is not None:
                result = refine(result)
        elif isinstance(expr, Const):
            result = expr
        else:
            result = replace(expr) or (
                aggregate(expr.fold, expr.classes, visit(expr.body)) if isinstance(expr, Aggregate) else expr
            )
        known[expr] = result
        return result

    return visit(expr)
