"""Percentages of sizes that a question leaves open: each is a number of its own, tied to the size by inequalities.

A quotient of a parameter would not be linear; that `share` is the whole number with `100 * share` next to
`percent * total` is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.core.build import add, and_, le, lt, param, scale
from kspec.core.expr import Expr, Param
from kspec.core.linear import linear
from kspec.core.show import show
from kspec.core.system import Parameter


@dataclass(slots=True)
class Shares:
    """The shares that were asked for while a system was made."""

    _known: dict[str, Expr] = field(default_factory=dict)
    """By name, what the assumption says of it."""

    def of(self, total: Expr, percent: int, *, round_up: bool) -> Expr | None:
        """A share of a total that no run changes, as upstream rounds it; None where runs may change the total."""
        form = linear(total)
        if form is None or not all(isinstance(place, Param) for place in form.terms):
            return None
        name = f"{percent}% of {show(total)}" + (", rounded down" if not round_up else "")
        if name not in self._known:
            exact, hundredfold = scale(percent, total), scale(100, param(name))
            if round_up:
                tied = and_(le(exact, hundredfold), lt(hundredfold, add(exact, 100)))
            else:
                tied = and_(le(hundredfold, exact), lt(exact, add(hundredfold, 100)))
            self._known[name] = tied
        return param(name)

    @property
    def params(self) -> tuple[Parameter, ...]:
        """A parameter for each."""
        return tuple(Parameter(name, 0) for name in self._known)

    @property
    def assumption(self) -> Expr:
        """What ties them to their totals."""
        return and_(*self._known.values())
