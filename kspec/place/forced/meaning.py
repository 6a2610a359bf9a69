"""What a formula about counts means at a placement, said plainly."""

from __future__ import annotations

from typing import assert_never

from kspec.place.forced.formula import All, Atom, Cell, Formula, Seat, Some, There, Truth, Variable
from kspec.place.verdicts import Solution


def true(formula: Formula, at: Solution) -> bool:
    """Whether it holds with so many pods of each group on each site, and these sites in use."""
    match formula:
        case Truth(value):
            return value
        case There(site, present):
            return bool(at.there[site]) is present
        case All(parts):
            return all(true(part, at) for part in parts)
        case Some(parts):
            return any(true(part, at) for part in parts)
        case Atom(terms, constant):
            return sum(weight * _value(variable, at) for variable, weight in terms) + constant >= 0
    assert_never(formula)


def _value(variable: Variable, at: Solution) -> int:
    match variable:
        case Cell(group, site):
            return int(at.counts[group, site])
        case Seat():
            raise AssertionError("pods are told apart only before comparisons")
        case _:
            return int(true(variable, at))
