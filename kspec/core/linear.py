"""Linear forms over places."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.core.build import linear_parts, linear_sum
from kspec.core.expr import Apply, Expr, Global, Local, Op, Param


@dataclass(frozen=True, slots=True)
class Linear:
    """Integer coefficients of places, and a constant."""

    terms: dict[Expr, int]
    constant: int

    def expr(self) -> Expr:
        """The expression again."""
        return linear_sum(dict(self.terms), self.constant)


def linear(expr: Expr) -> Linear | None:
    """The linear form of an integer expression over globals, locals and parameters; None where it has none."""
    coefficients, constant = linear_parts((expr,))
    if not all(isinstance(atom, Global | Local | Param) for atom in coefficients):
        return None
    return Linear({atom: factor for atom, factor in coefficients.items() if factor}, constant)


def conjuncts(formula: Expr) -> tuple[Expr, ...]:
    """The parts of a conjunction."""
    return formula.args if isinstance(formula, Apply) and formula.op is Op.AND else (formula,)
