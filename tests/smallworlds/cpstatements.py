"""Formulas about counts for OR-tools CP-SAT, beside its model of a placement."""

from __future__ import annotations

from typing import Any

from smallworlds.cpsat import Counts

from kspec.place import Problem
from kspec.place.forced import Extent
from kspec.place.forced.formula import All, Atom, Cell, Formula, Some, There, Truth, Variable, negation
from kspec.place.verdicts import violations


def extent(problem: Problem, formula: Formula, seconds: float) -> Extent:
    """In how many placements a formula holds, by asking for one in which it does and one in which it does not. Where a
    model has a circle of affinity that CP-SAT does not see, it stays open."""
    match _possible(problem, formula, seconds), _possible(problem, negation(formula), seconds):
        case (True, True):
            return Extent.SOME
        case (True, False):
            return Extent.EVERY
        case (False, True):
            return Extent.NONE
    return Extent.OPEN


def _possible(problem: Problem, formula: Formula, seconds: float) -> bool | None:
    model = Counts(problem)
    Stating(model).hold(formula)
    status, counts = model.solve(seconds)
    if status == "INFEASIBLE":
        return False
    found = status in ("OPTIMAL", "FEASIBLE") and not violations(problem, counts, model.there)
    return True if found else None


class Stating:
    """States formulas in one model: each gets a literal that is true exactly where it holds."""

    def __init__(self, counts: Counts) -> None:
        self.counts, self.model = counts, counts.model
        self._known: dict[Formula, Any] = {}

    def hold(self, formula: Formula) -> None:
        self.model.add_bool_or(self.literal(formula))

    def literal(self, formula: Formula) -> Any:
        if formula not in self._known:
            self._known[formula] = self._stated(formula)
        return self._known[formula]

    def _stated(self, formula: Formula) -> Any:
        match formula:
            case Truth(value):
                return self.model.new_constant(int(value))
            case There(site, present):
                literal = self.counts.open.get(site, self.model.new_constant(1))
                return literal if present else ~literal
            case All(parts) | Some(parts):
                literals, flag = [self.literal(part) for part in parts], self.model.new_bool_var("")
                (self.model.add_min_equality if isinstance(formula, All) else self.model.add_max_equality)(
                    flag, literals
                )
                return flag
            case Atom(terms, constant):
                flag = self.model.new_bool_var("")
                value = sum(weight * self._value(variable) for variable, weight in terms) + constant
                self.model.add(value >= 0).only_enforce_if(flag)
                self.model.add(value <= -1).only_enforce_if(~flag)
                return flag

    def _value(self, variable: Variable) -> Any:
        if isinstance(variable, Cell):
            return self.counts.count.get((variable.group, variable.site), 0)
        return self.literal(variable)  # type: ignore[arg-type]
