"""Which actions to try again when a place has changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from kspec.core.expr import Aggregate
from kspec.core.system import System
from kspec.run.guards import Guards
from kspec.run.sums import places

Actions: TypeAlias = dict[int, None]
"""Numbers of actions, in their order."""

_NONE: Actions = {}


class Reads:
    """Per place the actions whose being enabled depends on it."""

    def __init__(self, system: System, guards: Guards) -> None:
        self._by_global: dict[str, Actions] = {}
        self._by_sum: dict[tuple[int, str], Actions] = {}
        self._own: dict[tuple[int, str], Actions] = {}
        self._places: dict[Aggregate, list[tuple[int, str]]] = {}
        for i, action in enumerate(system.actions):
            read = guards.read[i]
            for name in read.globals:
                self._by_global.setdefault(name, {})[i] = None
            for aggregate in read.aggregates:
                for place in self._summed(aggregate, guards):
                    self._by_sum.setdefault(place, {})[i] = None
            if action.node_class is not None:
                for name in read.locals:
                    self._own.setdefault((action.node_class, name), {})[i] = None
            if action.broadcast is not None:
                for index, updates in action.broadcast.locals.items():
                    for name in {*updates, *(n for v in updates.values() for n in guards.mentioned(v).locals)}:
                        self._by_sum.setdefault((index, name), {})[i] = None

    def _summed(self, aggregate: Aggregate, guards: Guards) -> list[tuple[int, str]]:
        """The (class, variable) that an aggregate looks at."""
        if aggregate not in self._places:
            self._places[aggregate] = places(aggregate, guards.mentioned(aggregate.body).locals)
        return self._places[aggregate]

    def of_global(self, name: str) -> Collection[int]:
        """Actions that read a global."""
        return self._by_global.get(name, _NONE)

    def of_own(self, index: int, name: str) -> Collection[int]:
        """Actions that read a variable of the node they bind, of this class."""
        return self._own.get((index, name), _NONE)

    def through_sums(self, index: int, name: str) -> Collection[int]:
        """Actions that read a variable of this class through an aggregate or a broadcast."""
        return self._by_sum.get((index, name), _NONE)
