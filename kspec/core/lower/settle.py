"""A settled start as a state variable, for readings that know only one initial state.

Runs begin at the initial state and controllers work until nothing is enabled; then a step of the environment declares
the run begun. Nothing else of the environment happens before, and properties count only afterwards.
"""

from __future__ import annotations

from dataclasses import replace as copy

from kspec.core.build import and_, glob, gt, le, lift, or_, settled
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Action, ActionKind, Start, System, integer

BEGUN = "begun"
"""The name of the variable that says whether the run has begun."""


def settle(system: System) -> System:
    """The system with `begun` where runs start settled; itself where they start at the initial state."""
    if system.start is Start.INITIAL:
        return system
    begin = Action(
        "the run begins",
        "environment",
        ActionKind.ENVIRONMENT,
        and_(le(glob(BEGUN), 0), settled()),
        {BEGUN: lift(1)},
    )
    actions = [
        action if action.kind is ActionKind.CONTROLLER else copy(action, guard=and_(gt(glob(BEGUN), 0), action.guard))
        for action in system.actions
    ]
    return system.but(
        globals=(*system.globals, integer(BEGUN, 0, 1)),
        actions=(*actions, begin),
        properties=tuple(_afterwards(asked) for asked in system.properties),
        start=Start.INITIAL,
    )


def _afterwards(asked: Property) -> Property:
    begun = gt(glob(BEGUN), 0)
    match asked.kind:
        case PropertyKind.INVARIANT | PropertyKind.LEADS_TO:
            return copy(asked, premise=and_(begun, asked.premise))
        case PropertyKind.GOAL:
            return copy(asked, formula=or_(le(glob(BEGUN), 0), asked.formula))
        case PropertyKind.WITNESS:
            return copy(asked, formula=and_(begun, asked.formula))
