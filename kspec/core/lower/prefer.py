"""Preferences in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as copy

from kspec.core.system import Family, System


def prefer(system: System, families: Iterable[Family]) -> System:
    """The system without the preferences of other families: any enabled action of their groups may fire."""
    kept = frozenset(families)

    def keeps(family: Family) -> bool:
        return family in kept

    return system.but(
        actions=tuple(
            action if action.preference is None or keeps(action.preference.family) else copy(action, preference=None)
            for action in system.actions
        )
    )


def numbered(system: System) -> System:
    """The system with every action knowing its own index, so that lowered actions can be traced back to it."""
    return system.but(actions=tuple(copy(action, origin=index) for index, action in enumerate(system.actions)))
