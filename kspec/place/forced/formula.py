"""What a statement says about counts: linear numbers, and formulas over them, with negation pushed to the leaves.

A placement gives every variable a value: a `Cell` how many pods of a group stand on a site, a `There` whether an
optional site is in use; a formula can be a variable too, worth 1 where it holds. Numbers may contain a greatest value
of several, which a comparison turns into a choice between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import gcd


@dataclass(frozen=True, slots=True)
class Cell:
    """How many pods of a group stand on a site."""

    group: int
    site: int


@dataclass(frozen=True, slots=True)
class Seat:
    """How many pods are in one local state (by the name of its counter) on a site."""

    counter: str
    site: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Always, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class There:
    """An optional site is in use, or is not."""

    site: int
    present: bool = True


@dataclass(frozen=True)
class Atom:
    """`sum of weight x variable + constant >= 0`, in whole numbers without a common divisor."""

    terms: tuple[tuple[Variable, int], ...]
    constant: int

    @property
    def plain(self) -> bool:
        """Whether it is about counts of pods alone."""
        return all(isinstance(variable, Cell) for variable, _ in self.terms)


@dataclass(frozen=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Formula, ...]


Formula = Truth | There | Atom | All | Some
Variable = Cell | Seat | Formula
TRUE, FALSE = Truth(True), Truth(False)


@dataclass(frozen=True)
class Greatest:
    """The greatest of some numbers, each of which counts under a condition."""

    options: tuple[tuple[Formula, Number], ...]


@dataclass(frozen=True)
class Number:
    """`constant + sum of weight x variable + sum of weight x greatest`."""

    constant: int = 0
    terms: Mapping[Variable, int] = field(default_factory=dict)
    greatest: tuple[tuple[int, Greatest], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether it is the same in every placement."""
        return not self.terms and not self.greatest

    def __add__(self, other: Number) -> Number:
        return total((self, other))

    def __sub__(self, other: Number) -> Number:
        return self + other.times(-1)

    def times(self, factor: int) -> Number:
        """A multiple."""
        if factor == 0:
            return Number()
        terms = {variable: weight * factor for variable, weight in self.terms.items()}
        return Number(self.constant * factor, terms, tuple((w * factor, g) for w, g in self.greatest))


def variable(name: Variable) -> Number:
    """A variable as a number."""
    return Number(int(name.value)) if isinstance(name, Truth) else Number(terms={name: 1})


def greatest(options: Iterable[tuple[Formula, Number]]) -> Number:
    """The greatest of the options whose condition holds. There is always one."""
    possible = tuple((guard, value) for guard, value in options if guard != FALSE)
    if len(possible) == 1:
        return possible[0][1]
    return Number(greatest=((1, Greatest(possible)),))


def total(numbers: Iterable[Number]) -> Number:
    """The sum."""
    constant = 0
    terms: dict[Variable, int] = {}
    greatest: list[tuple[int, Greatest]] = []
    for one in numbers:
        constant += one.constant
        greatest += one.greatest
        for name, weight in one.terms.items():
            terms[name] = terms.get(name, 0) + weight
    return Number(constant, {name: weight for name, weight in terms.items() if weight}, tuple(greatest))


def negation(formula: Formula) -> Formula:
    """The opposite: a sum of whole numbers that is not at least 0 is at most -1."""
    match formula:
        case Truth(value):
            return Truth(not value)
        case There(site, present):
            return There(site, not present)
        case Atom(terms, constant):
            return _atom({name: -weight for name, weight in terms}, -constant - 1)
        case All(parts):
            return some(negation(part) for part in parts)
        case Some(parts):
            return every(negation(part) for part in parts)


def every(parts: Iterable[Formula]) -> Formula:
    """All of them hold."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == FALSE:
            return FALSE
        if part != TRUE:
            found.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
    return next(iter(found)) if len(found) == 1 else All(tuple(found)) if found else TRUE


def some(parts: Iterable[Formula]) -> Formula:
    """One of them holds."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == TRUE:
            return TRUE
        if part != FALSE:
            found.update(dict.fromkeys(part.parts if isinstance(part, Some) else (part,)))
    return next(iter(found)) if len(found) == 1 else Some(tuple(found)) if found else FALSE


def at_least_zero(value: Number, settled: Callable[[Number], Number]) -> Formula:
    """`value >= 0`. Of the greatest of several it is enough that one will do; what is taken away must all be bearable.

    `settled` has the last word about each sum in which there is no greatest left to choose.
    """
    if not value.greatest:
        plain = settled(value)
        return _atom(plain.terms, plain.constant)
    (weight, first), rest = value.greatest[0], value.greatest[1:]
    base = Number(value.constant, value.terms, rest)
    with_each = [(guard, at_least_zero(base + option.times(weight), settled)) for guard, option in first.options]
    if weight > 0:
        return some(every((guard, holds)) for guard, holds in with_each)
    return every(some((negation(guard), holds)) for guard, holds in with_each)


def _atom(weights: Mapping[Variable, int], constant: int) -> Formula:
    """The sum of counts, which are whole numbers, so that the constant can be rounded down to the common divisor.

    Where each formula that is counted decides alone, none has to be counted.
    """
    if not weights:
        return Truth(constant >= 0)
    least, most = min(weights.values()), max(weights.values())
    if (least > 0 and constant >= 0) or (most < 0 and constant < 0):
        return Truth(constant >= 0)
    counted: dict[Variable, int] = {v: weight for v, weight in weights.items() if isinstance(v, Cell | Seat)}
    told = [name for name in weights if not isinstance(name, Cell | Seat)]
    if told and least > 0 and constant + least >= 0:
        return some((*told, _atom(counted, constant)))
    if told and most < 0 and constant + most < 0:
        return every((*(negation(one) for one in told), _atom(counted, constant)))
    common = gcd(*weights.values())
    return Atom(tuple((name, weight // common) for name, weight in weights.items()), constant // common)
