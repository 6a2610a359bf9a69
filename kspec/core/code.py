"""Core expressions as Python source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kspec.core.expr import Aggregate, Apply, Const, Enabled, Expr, Global, Local, Op, Param

_INFIX = {Op.AND: " and ", Op.OR: " or ", Op.EQ: "==", Op.LT: "<", Op.LE: "<=", Op.SUM: "+"}


class Writer:
    """Writes expressions with given names for places; equal expressions are written once and remembered.

    `aggregate` and `enabled` name what the surrounding code computes for these. Parameters need names, or must have
    been replaced by numbers.
    """

    def __init__(
        self,
        globals: Mapping[str, str],
        locals: Mapping[str, str],
        aggregate: Callable[[Aggregate], str],
        enabled: Callable[[Enabled], str],
        params: Mapping[str, str] | None = None,
    ) -> None:
        self._globals = globals
        self._locals = locals
        self._aggregate = aggregate
        self._enabled = enabled
        self._params = params or {}
        self._known: dict[Expr, str] = {}

    def name(self, expr: Expr, name: str) -> None:
        """From now on, write this name for the expression."""
        self._known[expr] = name

    def text(self, expr: Expr) -> str:
        """The source of an expression, in parentheses where it has operators."""
        known = self._known.get(expr)
        if known is None:
            known = self._known[expr] = self._write(expr)
        return known

    def _write(self, expr: Expr) -> str:
        match expr:
            case Const():
                return str(expr.value)
            case Global():
                return self._globals[expr.name]
            case Local():
                return self._locals[expr.name]
            case Param():
                return self._params[expr.name]
            case Enabled():
                return self._enabled(expr)
            case Aggregate():
                return self._aggregate(expr)
            case Apply():
                return self._operator(expr.op, [self.text(arg) for arg in expr.args])

    def _operator(self, op: Op, args: list[str]) -> str:
        match op:
            case Op.NOT:
                return f"(not {args[0]})"
            case Op.ITE:
                return f"({args[1]} if {args[0]} else {args[2]})"
            case Op.SCALE:
                return f"-{args[1]}" if args[0] == "-1" else f"{args[0]}*{args[1]}"
            case Op.MIN | Op.MAX:
                return f"{op.value}({','.join(args)})"
            case _:
                return "(" + _INFIX[op].join(args) + ")"
