"""Which declared bounds of places hold by the look of the actions alone, without a proof."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.core.bounds import ANYTHING, Bounds, Interval, narrowed
from kspec.core.expr import BOOL, INT, Expr, Global, Local, Param
from kspec.core.lower.mapping import effects
from kspec.core.system import System, Variable


class Ranges:
    """Intervals of places, right in every reachable state."""

    def __init__(self, system: System) -> None:
        self._params = {p.name: (p.low, p.high) for p in system.params}
        self._places: dict[Expr, Interval] = {}
        for make, variables in ((Global, system.globals), (Local, system.locals)):
            for variable in variables:
                self._places[make(variable.name, variable.sort)] = (variable.low, variable.high)
        start = Bounds(self.of_place)
        for place, value in _initial(system):
            self._widen(place, start.of(value))
        while self._step(system):
            pass

    def of_place(self, place: Expr) -> Interval:
        """The interval of a global, a local or a parameter."""
        if isinstance(place, Param):
            return self._params.get(place.name, ANYTHING)
        return self._places.get(place, ANYTHING)

    def bounds(self) -> Bounds:
        """The intervals of expressions that follow."""
        return Bounds(self.of_place)

    def _step(self, system: System) -> bool:
        changed = False
        for action in system.actions:
            here = Bounds(narrowed(action.guard, self.of_place))
            for place, value in effects(action):
                changed |= self._widen(place, here.of(value))
            if action.broadcast is not None:
                anywhere = Bounds(self.of_place)
                for updates in action.broadcast.locals.values():
                    for name, value in updates.items():
                        changed |= self._widen(Local(name, value.sort), anywhere.of(value))
        return changed

    def _widen(self, place: Expr, value: Interval) -> bool:
        """Give up a bound that a value may break."""
        if place.sort is BOOL:
            return False
        low, high = self._places.get(place, ANYTHING)
        keep_low = low if low is not None and value[0] is not None and value[0] >= low else None
        keep_high = high if high is not None and value[1] is not None and value[1] <= high else None
        self._places[place] = (keep_low, keep_high)
        return (keep_low, keep_high) != (low, high)


def _initial(system: System) -> Iterator[tuple[Expr, Expr]]:
    for variable in system.globals:
        yield Global(variable.name, INT if variable.sort is INT else BOOL), variable.init
    for variable in system.locals:
        for value in _inits(variable):
            yield Local(variable.name, variable.sort), value


def _inits(variable: Variable) -> list[Expr]:
    return [variable.init, *(value for _, value in variable.inits)]
