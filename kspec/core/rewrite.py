"""Rebuilding expressions: replace leaves and aggregates, fold on the way up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kspec.core.build import aggregate, and_, eq, ite, le, lt, max_, min_, not_, or_, scale, total
from kspec.core.expr import Aggregate, Apply, Const, Expr, Op


def apply(op: Op, args: tuple[Expr, ...]) -> Expr:
    """An operator applied through its smart constructor."""
    match op:
        case Op.AND:
            return and_(*args)
        case Op.OR:
            return or_(*args)
        case Op.NOT:
            return not_(args[0])
        case Op.ITE:
            return ite(*args)
        case Op.EQ:
            return eq(*args)
        case Op.LT:
            return lt(*args)
        case Op.LE:
            return le(*args)
        case Op.SUM:
            return total(args)
        case Op.SCALE:
            factor = args[0]
            assert isinstance(factor, Const)
            return scale(factor.value, args[1])
        case Op.MIN:
            return min_(*args)
        case Op.MAX:
            return max_(*args)


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
        match expr:
            case Const():
                result: Expr = expr
            case Apply():
                args = tuple([visit(arg) for arg in expr.args])
                result = expr if args == expr.args else apply(expr.op, args)
                if refine is not None:
                    result = refine(result)
            case Aggregate():
                result = replace(expr) or aggregate(expr.fold, expr.classes, visit(expr.body))
            case _:
                result = replace(expr) or expr
        known[expr] = result
        return result

    return visit(expr)
