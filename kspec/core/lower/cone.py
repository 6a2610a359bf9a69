"""Cone of influence: what no property can notice goes.

An action stays if it writes a place that matters; then everything its guard, its preference and those updates read
matters too, and so does everything its rivals in the preference read. A formula that asks what is enabled makes the
guards of those controllers matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as copy

from kspec.core.expr import Aggregate, Enabled, Expr, Global, Local, walk
from kspec.core.lower.constants import Place
from kspec.core.property import Property
from kspec.core.system import Action, ActionKind, Broadcast, Measure, System


def cone(system: System) -> System:
    """The system without the places, actions and measures that its properties do not depend on."""
    found = _Cone(system)
    actions = tuple(found.trimmed(i) for i in range(len(system.actions)) if i in found.actions)
    local_names = {name for index, name in found.places if index is not None}
    return system.but(
        actions=actions,
        globals=tuple(v for v in system.globals if (None, v.name) in found.places),
        locals=tuple(v for v in system.locals if v.name in local_names),
        measures=tuple(m for m in system.measures if found.knows(m)),
    )


class _Cone:
    def __init__(self, system: System) -> None:
        self._system = system
        self.places: set[Place] = set()
        self.actions: set[int] = set()
        self._groups: dict[str, list[int]] = {}
        for i, action in enumerate(system.actions):
            if action.preference is not None:
                self._groups.setdefault(action.preference.group, []).append(i)
        self._need(asked_formulas(system.properties), None)
        grown = True
        while grown:
            grown = self._grow()

    def _grow(self) -> bool:
        before = len(self.actions)
        for i, action in enumerate(self._system.actions):
            if i not in self.actions and self._writes(action):
                self._keep(i)
        changed = len(self.actions) > before
        size = len(self.places)
        for i in sorted(self.actions):
            self._need_updates(self._system.actions[i])
        return changed or len(self.places) > size

    def _keep(self, i: int) -> None:
        if i in self.actions:
            return
        self.actions.add(i)
        action = self._system.actions[i]
        self._need([action.guard], action.node_class)
        if action.preference is not None:
            self._need(action.preference.key, action.node_class)
            for rival in self._groups[action.preference.group]:
                self._keep(rival)

    def _writes(self, action: Action) -> bool:
        """The action changes something that matters."""
        if any((None, name) in self.places for name in action.globals):
            return True
        if any((action.node_class, name) in self.places for name in action.locals):
            return True
        spread = action.broadcast.locals if action.broadcast is not None else {}
        return any((index, name) in self.places for index, updates in spread.items() for name in updates)

    def _need_updates(self, action: Action) -> None:
        self._need([v for n, v in action.globals.items() if (None, n) in self.places], action.node_class)
        mine = [v for n, v in action.locals.items() if (action.node_class, n) in self.places]
        self._need(mine, action.node_class)
        for index, updates in (action.broadcast.locals if action.broadcast is not None else {}).items():
            self._need([v for n, v in updates.items() if (index, n) in self.places], index)

    def _need(self, roots: Iterable[Expr], node_class: int | None) -> None:
        for expr in walk(*roots):
            match expr:
                case Global():
                    self.places.add((None, expr.name))
                case Local() if node_class is not None:
                    self.places.add((node_class, expr.name))
                case Aggregate():
                    inner = [e.name for e in walk(expr.body) if isinstance(e, Local)]
                    self.places.update((index, name) for index in expr.classes for name in inner)
                case Enabled():
                    self._need_enabled(expr)
                case _:
                    pass

    def _need_enabled(self, asked: Enabled) -> None:
        for i, action in enumerate(self._system.actions):
            mine = action.kind is ActionKind.CONTROLLER and asked.component in (None, action.component)
            if mine and i not in self.actions:
                self._keep(i)
                self.places.update((None, name) for name in action.globals)
                self.places.update((action.node_class, name) for name in action.locals)

    def trimmed(self, i: int) -> Action:
        """An action without updates of what does not matter."""
        action = self._system.actions[i]
        broadcast = action.broadcast
        if broadcast is not None:
            updates = {
                index: {name: value for name, value in changes.items() if (index, name) in self.places}
                for index, changes in broadcast.locals.items()
            }
            kept = {index: changes for index, changes in updates.items() if changes}
            broadcast = Broadcast(kept, broadcast.sweeps) if kept else None
        return copy(
            action,
            globals={name: value for name, value in action.globals.items() if (None, name) in self.places},
            locals={name: v for name, v in action.locals.items() if (action.node_class, name) in self.places},
            broadcast=broadcast,
        )

    def knows(self, measure: Measure) -> bool:
        """Everything a measure reads is still there."""
        for expr in walk(*measure.terms):
            if isinstance(expr, Global) and (None, expr.name) not in self.places:
                return False
            if isinstance(expr, Aggregate):
                inner = [e.name for e in walk(expr.body) if isinstance(e, Local)]
                if any((index, name) not in self.places for index in expr.classes for name in inner):
                    return False
        return True


def asked_formulas(properties: Iterable[Property]) -> list[Expr]:
    """The formulas and premises of properties."""
    return [formula for asked in properties for formula in (asked.formula, asked.premise)]
