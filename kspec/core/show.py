"""Core expressions as text for people: certificates, remarks, messages. Never parsed again."""

from __future__ import annotations

from typing import assert_never

from kspec.core.expr import BOOL, Aggregate, Apply, Const, Enabled, Expr, Global, Local, Op, Param

_INFIX = {Op.AND: " && ", Op.OR: " || ", Op.EQ: " == ", Op.LT: " < ", Op.LE: " <= "}
_BINDING = {Op.OR: 1, Op.AND: 2, Op.NOT: 3, Op.EQ: 4, Op.LT: 4, Op.LE: 4, Op.SUM: 5, Op.SCALE: 6}


def show(expr: Expr) -> str:
    """The expression in the language's own operators, with as few parentheses as it needs."""
    return _show(expr, 0)


def _show(expr: Expr, around: int) -> str:
    match expr:
        case Const():
            return str(expr.value) if expr.sort is not BOOL else "true" if expr.value else "false"
        case Global() | Local() | Param():
            return expr.name
        case Enabled():
            return f"enabled({expr.component or ''})"
        case Aggregate():
            return f"{expr.fold.value}({_show(expr.body, 0)} over classes {', '.join(map(str, sorted(expr.classes)))})"
        case Apply():
            text = _operator(expr)
            return f"({text})" if _BINDING.get(expr.op, 9) < around else text
    assert_never(expr)


def _operator(expr: Apply) -> str:
    match expr.op:
        case Op.AND | Op.OR | Op.EQ | Op.LT | Op.LE:
            return _INFIX[expr.op].join(_show(arg, _BINDING[expr.op] + 1) for arg in expr.args)
        case Op.NOT:
            return "!" + _show(expr.args[0], 7)
        case Op.ITE:
            test, yes, no = (_show(arg, 0) for arg in expr.args)
            return f"(if {test} then {yes} else {no})"
        case Op.SUM:
            return _sum(expr.args)
        case Op.SCALE:
            factor, atom = expr.args
            assert isinstance(factor, Const)
            return ("-" if factor.value == -1 else f"{factor.value} * ") + _show(atom, 7)
        case Op.MIN | Op.MAX:
            return f"{expr.op.value}({', '.join(_show(arg, 0) for arg in expr.args)})"


def _sum(args: tuple[Expr, ...]) -> str:
    text = ""
    for arg in args:
        part = _show(arg, 5)
        if not text:
            text = part
        elif part.startswith("-"):
            text += f" - {part[1:]}"
        else:
            text += f" + {part}"
    return text
