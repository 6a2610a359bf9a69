"""Interval arithmetic on expressions: what their values can be, given what places can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from kspec.core.build import const
from kspec.core.expr import BOOL, INT, ONE, ZERO, Aggregate, Apply, Const, Enabled, Expr, Fold, Op
from kspec.core.rewrite import Refine

Interval: TypeAlias = tuple[int | None, int | None]
"""Least and greatest value; None where there is no bound."""

ANYTHING: Interval = (None, None)
_TRUTH: Interval = (0, 1)

PlaceBounds: TypeAlias = Callable[[Expr], Interval]
"""The interval of a global, a local or a parameter."""


class Bounds:
    """Intervals of expressions, remembered."""

    def __init__(self, places: PlaceBounds) -> None:
        self._places = places
        self._known: dict[Expr, Interval] = {}

    def of(self, expr: Expr) -> Interval:
        """The interval of an expression (0..1 for Booleans)."""
        found = self._known.get(expr)
        if found is None:
            found = self._known[expr] = self._compute(expr)
        return found

    def _compute(self, expr: Expr) -> Interval:
        match expr:
            case Const():
                return expr.value, expr.value
            case Enabled():
                return _TRUTH
            case Aggregate():
                low, high = self.of(expr.body)
                if expr.fold is Fold.SUM:
                    return (0 if low is not None and low >= 0 else None, 0 if high is not None and high <= 0 else None)
                return ANYTHING
            case Apply():
                return self._operator(expr)
            case _:
                return self._places(expr)

    def _operator(self, expr: Apply) -> Interval:
        if expr.sort is BOOL:
            return _TRUTH
        parts = [self.of(arg) for arg in (expr.args[1:] if expr.op is Op.ITE else expr.args)]
        match expr.op:
            case Op.SUM:
                return _join(parts, sum)
            case Op.SCALE:
                return _scaled(parts[0][0] or 0, parts[1])
            case Op.ITE:
                return _least(low for low, _ in parts), _most(high for _, high in parts)
            case Op.MIN:
                highs = [high for _, high in parts if high is not None]
                return _least(low for low, _ in parts), min(highs, default=None)
            case Op.MAX:
                lows = [low for low, _ in parts if low is not None]
                return max(lows, default=None), _most(high for _, high in parts)
            case _:
                return ANYTHING


def _join(parts: list[Interval], fold: Callable[[Iterable[int]], int]) -> Interval:
    lows, highs = [low for low, _ in parts], [high for _, high in parts]
    return (
        None if None in lows else fold(low for low in lows if low is not None),
        None if None in highs else fold(high for high in highs if high is not None),
    )


def _scaled(factor: int, interval: Interval) -> Interval:
    low, high = (None if bound is None else factor * bound for bound in interval)
    return (low, high) if factor >= 0 else (high, low)


def _least(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else min(value for value in known if value is not None)


def _most(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else max(value for value in known if value is not None)


def refiner(bounds: Bounds) -> Refine:
    """Folds comparisons the intervals decide, and `ite(x > 0, 1, 0)` to x where x is 0 or 1."""

    def refine(expr: Expr) -> Expr:
        if not isinstance(expr, Apply):
            return expr
        match expr.op:
            case Op.LT | Op.LE:
                return _compare(expr, bounds)
            case Op.EQ if expr.args[0].sort is INT:
                return _equal(expr, bounds)
            case Op.ITE:
                return _indicator(expr, bounds)
            case _:
                return expr

    return refine


def _compare(expr: Apply, bounds: Bounds) -> Expr:
    (low, high), (other_low, other_high) = bounds.of(expr.args[0]), bounds.of(expr.args[1])
    slack = 0 if expr.op is Op.LE else 1
    if high is not None and other_low is not None and high + slack <= other_low:
        return const(True)
    if low is not None and other_high is not None and low + slack > other_high:
        return const(False)
    return expr


def _equal(expr: Apply, bounds: Bounds) -> Expr:
    (low, high), (other_low, other_high) = bounds.of(expr.args[0]), bounds.of(expr.args[1])
    if (low is not None and other_high is not None and low > other_high) or (
        high is not None and other_low is not None and high < other_low
    ):
        return const(False)
    return expr


def _indicator(expr: Apply, bounds: Bounds) -> Expr:
    test, yes, no = expr.args
    if yes is ZERO and no is ONE and isinstance(test, Apply) and test.op is Op.LE and test.args[1] is ZERO:
        return test.args[0] if bounds.of(test.args[0]) == _TRUTH else expr
    if yes is ONE and no is ZERO and isinstance(test, Apply) and test.op is Op.LT and test.args[0] is ZERO:
        return test.args[1] if bounds.of(test.args[1]) == _TRUTH else expr
    return expr


def narrowed(guard: Expr, places: PlaceBounds) -> PlaceBounds:
    """The bounds of places where a guard holds: its conjuncts that compare a place with a number are used."""
    limits: dict[Expr, Interval] = {}
    parts = guard.args if isinstance(guard, Apply) and guard.op is Op.AND else (guard,)
    for part in parts:
        if not isinstance(part, Apply) or part.op not in (Op.LT, Op.LE, Op.EQ):
            continue
        left, right = part.args
        step = 1 if part.op is Op.LT else 0
        if isinstance(left, Const) and right.sort is INT:
            low, high = limits.get(right, ANYTHING)
            least = left.value + step
            limits[right] = (least if low is None else max(low, least), left.value if part.op is Op.EQ else high)
        elif isinstance(right, Const) and left.sort is INT:
            low, high = limits.get(left, ANYTHING)
            most = right.value - step
            limits[left] = (right.value if part.op is Op.EQ else low, most if high is None else min(high, most))

    def bounds(place: Expr) -> Interval:
        low, high = places(place)
        least, most = limits.get(place, ANYTHING)
        return (
            least if low is None else low if least is None else max(low, least),
            most if high is None else high if most is None else min(high, most),
        )

    return bounds
