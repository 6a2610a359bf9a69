"""Flat systems as SMT-LIB text over copies of the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kspec.core.expr import BOOL, Apply, Const, Expr, Global, Op, Param
from kspec.core.system import Action, System
from kspec.solve.verify.query import Query

_NAMES = {
    Op.AND: "and",
    Op.OR: "or",
    Op.NOT: "not",
    Op.ITE: "ite",
    Op.EQ: "=",
    Op.LT: "<",
    Op.LE: "<=",
    Op.SUM: "+",
    Op.SCALE: "*",
}
_LONG = 160
"""A subexpression with longer text is written once and named."""


class Encoder:
    """Text for expressions of one system at numbered moments; what has been declared is declared once."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.params = {p.name: f"p{i}" for i, p in enumerate(system.params)}
        self._symbols = {v.name: f"v{i}" for i, v in enumerate(system.globals)}
        self._written: dict[int, dict[Expr, str]] = {}
        self._lines: list[str] = []
        self._named = 0

    def take(self) -> str:
        """The text written since last time."""
        text = "\n".join(self._lines)
        self._lines.clear()
        return text

    # ------------------------------------------------------------ declarations

    def declare_params(self) -> None:
        """Parameters within their bounds, and the assumption."""
        for parameter in self.system.params:
            name = self.params[parameter.name]
            self._lines.append(f"(declare-const {name} Int)(assert (>= {name} {number(parameter.low)}))")
            if parameter.high is not None:
                self._lines.append(f"(assert (<= {name} {number(parameter.high)}))")
        self.require(self.system.assumption, 0)

    def declare_moment(self, moment: int) -> None:
        """A copy of the variables."""
        for variable in self.system.globals:
            sort = "Bool" if variable.sort is BOOL else "Int"
            self._lines.append(f"(declare-const {self.symbol(variable.name, moment)} {sort})")

    def declare_literal(self, name: str) -> str:
        """A truth value of the query itself."""
        self._lines.append(f"(declare-const {name} Bool)")
        return name

    def symbol(self, name: str, moment: int) -> str:
        """A variable's name at a moment."""
        return f"{self._symbols[name]}_{moment}"

    # ------------------------------------------------------------ assertions

    def require(self, formula: Expr, moment: int) -> None:
        """The formula holds at a moment."""
        self.line(self.text(formula, moment))

    def line(self, formula: str) -> None:
        """Any text holds."""
        self._lines.append(f"(assert {formula})")

    def start(self, moment: int) -> list[str]:
        """The initial state, one equation per variable."""
        pairs = ((self.symbol(v.name, moment), self.text(v.init, moment)) for v in self.system.globals)
        return [f"(= {name} {value})" for name, value in pairs]

    def updates(self, action: Action, before: int, after: int) -> list[str]:
        """The state afterwards, one equation per variable."""
        equations = []
        for variable in self.system.globals:
            value = action.globals.get(variable.name)
            old = self.symbol(variable.name, before) if value is None else self.text(value, before)
            equations.append(f"(= {self.symbol(variable.name, after)} {old})")
        return equations

    # ------------------------------------------------------------ expressions

    def text(self, expr: Expr, moment: int) -> str:
        """An expression at a moment."""
        known = self._written.setdefault(moment, {})
        found = known.get(expr)
        if found is None:
            found = self._write(expr, moment)
            if len(found) > _LONG:
                found = self._name(found, "Bool" if expr.sort is BOOL else "Int")
            known[expr] = found
        return found

    def _name(self, text: str, sort: str) -> str:
        name = f"d{self._named}"
        self._named += 1
        self._lines.append(f"(define-fun {name} () {sort} {text})")
        return name

    def _write(self, expr: Expr, moment: int) -> str:
        match expr:
            case Const():
                return ("true" if expr.value else "false") if expr.sort is BOOL else number(expr.value)
            case Global():
                return self.symbol(expr.name, moment)
            case Param():
                return self.params[expr.name]
            case Apply():
                return self._operator(expr.op, [self.text(arg, moment) for arg in expr.args])
            case _:
                raise ValueError(f"{expr} is not flat")

    def _operator(self, op: Op, args: list[str]) -> str:
        if op in (Op.MIN, Op.MAX):
            compare = "<=" if op is Op.MIN else ">="
            result = args[-1]
            for arg in reversed(args[:-1]):
                if len(result) > _LONG:
                    result = self._name(result, "Int")
                result = f"(ite ({compare} {arg} {result}) {arg} {result})"
            return result
        return f"({_NAMES[op]} {' '.join(args)})"


def number(value: int) -> str:
    """An integer as SMT-LIB writes it."""
    return str(value) if value >= 0 else f"(- {-value})"


def conjunction(parts: Iterable[str]) -> str:
    """The conjunction of formulas in text."""
    found = list(parts)
    return "true" if not found else found[0] if len(found) == 1 else f"(and {' '.join(found)})"


def disjunction(parts: Iterable[str]) -> str:
    """The disjunction of formulas in text."""
    found = list(parts)
    return "false" if not found else found[0] if len(found) == 1 else f"(or {' '.join(found)})"


def read_state(encoder: Encoder, query: Query, moment: int) -> tuple[int, ...]:
    """The values of the variables at a moment of a model, in the system's order."""
    values = []
    for variable in encoder.system.globals:
        name = encoder.symbol(variable.name, moment)
        values.append(int(query.truth(name)) if variable.sort is BOOL else query.integer(name))
    return tuple(values)


def read_params(encoder: Encoder, query: Query) -> Mapping[str, int]:
    """The values of the parameters in a model."""
    return {name: query.integer(symbol) for name, symbol in encoder.params.items()}
