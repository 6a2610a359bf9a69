"""From what a property says of a state, an expression of the core, to a formula about a placement's counts.

Aggregates are unfolded over the nodes there may be; what is the same in every placement is computed on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from kspec.core.expr import (
    BOOL,
    UNLIMITED,
    Aggregate,
    Apply,
    Const,
    Enabled,
    Expr,
    Fold,
    Global,
    Local,
    Op,
    Param,
)
from kspec.core.property import Property
from kspec.place.forced.formula import (
    FALSE,
    TRUE,
    Cell,
    Formula,
    Number,
    Seat,
    Truth,
    at_least_zero,
    every,
    greatest,
    negation,
    some,
    total,
    variable,
)
from kspec.place.forced.ground import Ground
from kspec.place.forced.seats import Seats, unknown

_NOWHERE = -1
_MOST = 400_000
"""Comparisons that a formula may come to."""


class TooLarge(Exception):
    """The formula would have too many parts."""


def premise_and_whole(ground: Ground, said: Property) -> tuple[Formula, Formula]:
    """Where something is asked for, and that it holds there: both as formulas over counts.

    Raises `Unsayable` and `TooLarge`.
    """
    translator = Translator(ground)
    premise = translator.formula(said.premise)
    return premise, TRUE if premise == FALSE else some((negation(premise), translator.formula(said.formula)))


class Translator:
    """Translates expressions; `site` is the node at hand inside an aggregate."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.seats = ground, Seats(ground)
        self._comparisons = 0

    def formula(self, expr: Expr, site: int = _NOWHERE) -> Formula:
        """A truth value."""
        match expr:
            case Const(value=value):
                return Truth(bool(value))
            case Enabled():
                return FALSE
            case Apply(op=Op.AND, args=args):
                return every(self._until(args, site, FALSE))
            case Apply(op=Op.OR, args=args):
                return some(self._until(args, site, TRUE))
            case Apply(op=Op.NOT, args=(operand,)):
                return negation(self.formula(operand, site))
            case Apply(op=Op.ITE, args=(test, yes, no)):
                condition = self.formula(test, site)
                first, second = self.formula(yes, site), self.formula(no, site)
                return every((some((negation(condition), first)), some((condition, second))))
            case Apply(op=Op.EQ, args=(left, right)) if left.sort is BOOL:
                one, two = self.formula(left, site), self.formula(right, site)
                return some((every((one, two)), every((negation(one), negation(two)))))
            case Apply(op=Op.EQ, args=(left, right)):
                difference = self.number(left, site) - self.number(right, site)
                return every((self._at_least_zero(difference), self._at_least_zero(difference.times(-1))))
            case Apply(op=Op.LE | Op.LT as op, args=(left, right)):
                difference = self.number(right, site) - self.number(left, site)
                return self._at_least_zero(difference - Number(int(op is Op.LT)))
            case Local(name=name) if (quiet := self.ground.quiet(name, site)) is not None:
                return Truth(bool(quiet))
            case Global(name=name) | Local(name=name):
                raise unknown(name)
            case _:
                raise AssertionError(f"{expr} is no truth value")

    def _until(self, args: tuple[Expr, ...], site: int, end: Formula) -> Iterator[Formula]:
        """The formulas in order, up to the one that decides: what it decides is not asked for."""
        for arg in args:
            found = self.formula(arg, site)
            yield found
            if found == end:
                return

    def number(self, expr: Expr, site: int = _NOWHERE) -> Number:
        """A whole number."""
        match expr:
            case _ if expr.sort is BOOL:
                return variable(self.formula(expr, site))
            case Const(value=value):
                return Number(value)
            case Local(name=name):
                quiet = self.ground.quiet(name, site)
                return self.seats.pods(name, site) if quiet is None else Number(quiet)
            case Global(name=name) | Param(name=name):
                return self._named(name)
            case Aggregate():
                return self._aggregate(expr)
            case Apply(op=Op.SUM, args=args):
                return total(self.number(arg, site) for arg in args)
            case Apply(op=Op.SCALE, args=(Const(value=factor), operand)):
                return self.number(operand, site).times(factor)
            case Apply(op=Op.MAX, args=args):
                return greatest((TRUE, self.number(arg, site)) for arg in args)
            case Apply(op=Op.MIN, args=args):
                return greatest((TRUE, self.number(arg, site).times(-1)) for arg in args).times(-1)
            case Apply(op=Op.ITE, args=(test, yes, no)):
                return self._either(self.formula(test, site), self.number(yes, site), self.number(no, site))
            case _:
                raise AssertionError(f"{expr} is no number")

    def _either(self, condition: Formula, yes: Number, no: Number) -> Number:
        if isinstance(condition, Truth):
            return yes if condition.value else no
        if yes.fixed and no.fixed:
            return no + variable(condition).times(yes.constant - no.constant)
        return greatest(((condition, yes), (negation(condition), no)))

    def _named(self, name: str) -> Number:
        """A number of replicas, of nodes, or of pods that wait for a node, of which there are none."""
        if name in self.ground.replicas:
            return Number(self.ground.replicas[name])
        if name in self.ground.pool_sizes:
            low, more = self.ground.pool_sizes[name]
            return total((Number(low), *(variable(self.ground.here(site)) for site in more)))
        if name in self.ground.stills.lives:
            return Number()
        raise unknown(name)

    # ------------------------------------------------------------ over nodes

    def _aggregate(self, expr: Aggregate) -> Number:
        sites = [site for index in sorted(expr.classes) for site in self.ground.sites[index]]
        values = [(self.ground.here(site), self.number(expr.body, site)) for site in sites]
        nobody = every(negation(here) for here, _ in values)
        match expr.fold:
            case Fold.SUM:
                return total(_where(here, value) for here, value in values)
            case Fold.MAX:
                return greatest((*values, (nobody, Number(-UNLIMITED))))
            case Fold.MIN:
                opposites = [(here, value.times(-1)) for here, value in values]
                return greatest((*opposites, (nobody, Number(-UNLIMITED)))).times(-1)
        assert_never(expr.fold)

    def _at_least_zero(self, value: Number) -> Formula:
        return at_least_zero(value, self._settled)

    def _settled(self, value: Number) -> Number:
        self._comparisons += 1
        if self._comparisons > _MOST:
            raise TooLarge
        return self.seats.settled(value)


def _where(here: Formula, value: Number) -> Number:
    """The value where the node is in use, else nothing; pods on it are none then anyway."""
    if here == TRUE or value == Number():
        return value
    if value.greatest:
        return greatest(((here, value), (negation(here), Number())))
    terms = [variable(v if isinstance(v, Cell | Seat) else every((here, v))).times(w) for v, w in value.terms.items()]
    return total((variable(here).times(value.constant), *terms))
