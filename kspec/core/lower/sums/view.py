"""What an abstraction knows of a system: some classes by their sums, some workloads not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.core.bounds import Bounds
from kspec.core.build import sub
from kspec.core.expr import Aggregate, Const, Expr, Fold, Global, Local, walk
from kspec.core.linear import conjuncts, linear
from kspec.core.lower.constants import Place
from kspec.core.lower.merge import taken_from
from kspec.core.lower.ranges import Ranges
from kspec.core.system import Action, System


@dataclass(frozen=True, slots=True)
class View:
    """How much of a system to keep."""

    summed: frozenset[int]
    """Classes known by sums over their nodes only."""
    workloads: frozenset[str] | None = None
    """The workloads whose pods are known (None: all)."""
    bounds: Mapping[str, Expr] = field(default_factory=dict)
    """Other workloads: the most pods there can ever be, in all states together."""


class Knowledge:
    """Which places a view knows: not the pods of other workloads, and nothing whose updates cannot be followed."""

    def __init__(self, system: System, view: View) -> None:
        self.system = system
        self.view = view
        self.bounds: Bounds = Ranges(system).bounds()
        self.unknown: set[Place] = set()
        self._workloads = {v.name: v.pod.workload for v in (*system.globals, *system.locals) if v.pod is not None}
        self._strewn = {v.name: v.strewn for v in system.locals if v.strewn is not None}
        self._forget_pods()
        while self._forget_what_follows():
            pass

    def _forget_pods(self) -> None:
        for name in (*self._workloads, *self._strewn):
            if self.foreign(name) is not None:
                self.unknown.add((None, name))
                self.unknown.update((index, name) for index in range(len(self.system.classes)))
        for variable in self.system.locals:
            for index in self.view.summed:
                if not isinstance(variable.init_in(index), Const):
                    self.unknown.add((index, variable.name))

    def foreign(self, name: str) -> str | None:
        """Whose a place is that the view does not know but can bound: a workload, or something strewn over nodes."""
        if name in self._strewn:
            return name
        workload = self._workloads.get(name)
        kept = self.view.workloads
        return workload if workload is not None and kept is not None and workload not in kept else None

    def most(self, foreign: str) -> Expr | None:
        """The bound of what is foreign, over all nodes together."""
        return self._strewn.get(foreign, self.view.bounds.get(foreign))

    def natural(self, place: Expr) -> bool:
        """The place is never negative."""
        low, _ = self.bounds.of(place)
        return low is not None and low >= 0

    def _forget_what_follows(self) -> bool:
        """Forget places that are given values nobody can follow; was there any?"""
        before = len(self.unknown)
        for action in self.system.actions:
            here = action.node_class
            for name, value in action.globals.items():
                if not self.can_express(value, here):
                    self.unknown.add((None, name))
            for name, value in action.locals.items():
                if not (
                    self.can_express(value, here) if here not in self.view.summed else _is_step(action, name, value)
                ):
                    self.unknown.add((here, name))
            for index, updates in (action.broadcast.locals if action.broadcast is not None else {}).items():
                for name, value in updates.items():
                    if index in self.view.summed or not self.can_express(value, index):
                        self.unknown.add((index, name))
        return len(self.unknown) > before

    def can_express(self, expr: Expr, node_class: int | None) -> bool:
        """The value of an expression where a node of the class is bound follows from what is known."""
        for part in walk(expr, into_aggregates=False):
            match part:
                case Global() if (None, part.name) in self.unknown:
                    return False
                case Local() if node_class in self.view.summed or (node_class, part.name) in self.unknown:
                    return False
                case Aggregate() if not self.can_sum(part):
                    return False
                case _:
                    pass
        return True

    def can_sum(self, found: Aggregate) -> bool:
        """An aggregate is known: sums of known counters over summed classes, anything known over others."""
        names = [e.name for e in walk(found.body) if isinstance(e, Local)]
        if any((index, name) in self.unknown for index in found.classes for name in names):
            return False
        if any(isinstance(e, Global) and (None, e.name) in self.unknown for e in walk(found.body)):
            return False
        return not (found.classes & self.view.summed) or is_linear_sum(found)


def is_linear_sum(found: Aggregate) -> bool:
    """A sum of counters with constant coefficients."""
    form = linear(found.body)
    return found.fold is Fold.SUM and form is not None and all(isinstance(place, Local) for place in form.terms)


def _is_step(action: Action, name: str, value: Expr) -> bool:
    """The update adds a constant, and takes no more than the guard says is there."""
    place = Local(name, value.sort)
    step = sub(value, place)
    if not isinstance(step, Const) or step.value < -1:
        return False
    return step.value >= 0 or any(taken_from(part) is place for part in conjuncts(action.guard))
