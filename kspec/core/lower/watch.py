"""A flat system that watches whether what a premise leads to is still owed.

`owed` becomes 1 when the premise holds and the formula does not, and 0 when the formula holds; it is kept up to date by
every action. The property then asks that nothing is owed for ever; its premise holds wherever something is owed.
"""

from __future__ import annotations

from dataclasses import replace as copy

from kspec.core.build import and_, glob, gt, ite, le, not_
from kspec.core.expr import ONE, ZERO, Expr
from kspec.core.flat import after, at_start
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Action, System, Variable

OWED = "owed"
"""The name of the variable."""


def watch(flat: System) -> System:
    """The system with `owed` where its only property is `LEADS_TO`; itself otherwise."""
    asked = flat.properties[0] if len(flat.properties) == 1 else None
    if asked is None or asked.kind is not PropertyKind.LEADS_TO:
        return flat
    init = ite(at_start(flat, _falls_due(asked)), ONE, ZERO)
    return flat.but(
        globals=(*flat.globals, Variable(OWED, low=0, high=1, init=init)),
        actions=tuple(_watching(action, asked) for action in flat.actions),
        properties=(copy(asked, formula=le(glob(OWED), 0), premise=not_(asked.formula)),),
    )


def _falls_due(asked: Property) -> Expr:
    return and_(asked.premise, not_(asked.formula))


def _watching(action: Action, asked: Property) -> Action:
    due, met = after(action, _falls_due(asked)), after(action, asked.formula)
    value = ite(due, ONE, ite(met, ZERO, glob(OWED)))
    return action if value is glob(OWED) else copy(action, globals={**action.globals, OWED: value})


def counted(system: System, action: Action) -> Expr:
    """Where a controller's step must bring a goal nearer: always, or (in a watching system) while something is owed."""
    if not any(asked.kind is PropertyKind.LEADS_TO for asked in system.properties):
        return action.guard
    still = action.globals.get(OWED, glob(OWED))
    return and_(action.guard, gt(glob(OWED), 0), gt(still, 0))
