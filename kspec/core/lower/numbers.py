"""Truth values become the numbers 0 and 1, so that sums over nodes can count them."""

from __future__ import annotations

from dataclasses import replace as copy

from kspec.core.bounds import Bounds, Interval, refiner
from kspec.core.build import gt, ite
from kspec.core.expr import BOOL, INT, ONE, ZERO, Expr, Global, Local
from kspec.core.lower.mapping import Mapper
from kspec.core.system import Action, Broadcast, System, Variable


def numbers(system: System) -> System:
    """The same system with every Boolean place an integer place of 0..1."""
    truths = {v.name for v in (*system.globals, *system.locals) if v.sort is BOOL}
    if not truths:
        return system

    def replace(expr: Expr) -> Expr | None:
        match expr:
            case Global(name=name, sort=sort) if sort is BOOL:
                return gt(Global(name, INT), 0)
            case Local(name=name, sort=sort) if sort is BOOL:
                return gt(Local(name, INT), 0)
            case _:
                return None

    def interval(expr: Expr) -> Interval:
        return (0, 1) if isinstance(expr, Global | Local) and expr.name in truths else (None, None)

    mapper = Mapper(lambda _: replace, refiner(Bounds(interval)))
    mapped = mapper.system(system)
    return mapped.but(
        globals=tuple(_variable(v) for v in system.globals),
        locals=tuple(_variable(v) for v in system.locals),
        actions=tuple(_action(action) for action in mapped.actions),
    )


def _variable(variable: Variable) -> Variable:
    if variable.sort is not BOOL:
        return variable
    inits = tuple((index, _number(value)) for index, value in variable.inits)
    return copy(variable, sort=INT, low=0, high=1, init=_number(variable.init), inits=inits)


def _number(value: Expr) -> Expr:
    return ite(value, ONE, ZERO) if value.sort is BOOL else value


def _action(action: Action) -> Action:
    broadcast = action.broadcast
    if broadcast is not None:
        numbered = {i: {n: _number(v) for n, v in updates.items()} for i, updates in broadcast.locals.items()}
        broadcast = Broadcast(numbered, broadcast.sweeps)
    return copy(
        action,
        globals={name: _number(value) for name, value in action.globals.items()},
        locals={name: _number(value) for name, value in action.locals.items()},
        broadcast=broadcast,
    )
