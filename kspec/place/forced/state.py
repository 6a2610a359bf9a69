"""A formula about counts, stated to the exact encoding."""

from __future__ import annotations

from math import gcd
from typing import assert_never

from kspec.place.exact.encode import Encoding
from kspec.place.forced.formula import All, Atom, Cell, Formula, Seat, Some, There, Truth, Variable
from kspec.solve.script import Term, negate

_LARGEST = 2**31
"""Z3 reads the numbers of its pseudo-Boolean sums into 32 bits."""


class Statement:
    """States formulas in one encoding. Formulas that are counted get a name each."""

    def __init__(self, encoding: Encoding) -> None:
        self.counts, self.script = encoding.counts, encoding.script
        self._named: dict[Formula, str] = {}

    def hold(self, formula: Formula) -> None:
        """The formula holds."""
        text = self.text(formula)
        self.script.row(text)

    def text(self, formula: Formula) -> str:
        """The formula as SMT-LIB has it; names that it needs are declared on the way."""
        match formula:
            case Truth(value):
                return "true" if value else "false"
            case There(site, present):
                literal = self.counts.open.get(site, "true")
                return literal if present else negate(literal)
            case All(parts):
                return f"(and {' '.join(self.text(p) for p in parts)})"
            case Some(parts):
                return f"(or {' '.join(self.text(p) for p in parts)})"
            case Atom():
                return self._atom(formula)
            case _:
                assert_never(formula)

    def _atom(self, atom: Atom) -> str:
        """`sum >= -constant`, over literals with positive weights: a negated one gives what a negative one takes."""
        least = -atom.constant
        terms: list[Term] = []
        for variable, weight in atom.terms:
            literals = self._literals(variable)
            if weight < 0:
                least += -weight * len(literals)
                literals = [negate(literal) for literal in literals]
            terms += [(abs(weight), literal) for literal in literals]
        whole = sum(weight for weight, _ in terms)
        if least <= 0:
            return "true"
        if whole < least:
            return "false"
        common = gcd(*(weight for weight, _ in terms))
        terms, least = [(weight // common, literal) for weight, literal in terms], -(-least // common)
        names = " ".join(literal for _, literal in terms)
        if all(weight == 1 for weight, _ in terms):
            return f"((_ at-least {least}) {names})"
        if whole // common < _LARGEST:
            return f"((_ pbge {least} {' '.join(str(weight) for weight, _ in terms)}) {names})"
        self.script.integral = True
        chosen = " ".join(f"(ite {literal} {weight} 0)" for weight, literal in terms)
        return f"(>= (+ 0 {chosen}) {least})"

    def _literals(self, variable: Variable) -> list[str]:
        assert not isinstance(variable, Seat), "pods are told apart only before comparisons"
        if isinstance(variable, Cell):
            return [literal for _, literal in self.counts.bits(variable.group, (variable.site,))]
        if isinstance(variable, There) and variable.present and variable.site in self.counts.open:
            return [self.counts.open[variable.site]]
        if variable not in self._named:
            text = self.text(variable)
            name = self._named[variable] = self.script.boolean(f"f{len(self._named)}")
            self.script.row(f"(= {name} {text})")
        return [self._named[variable]]
