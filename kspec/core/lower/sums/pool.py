"""Totals: all nodes of all classes as one place, for safety proofs that do not care where pods are.

Everything a class knows about its own nodes is forgotten, but that a pod to be moved must exist. Wants every class
summed by `may_must`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as copy

from kspec.core.build import aggregate, and_, scale, total
from kspec.core.expr import FALSE, ZERO, Aggregate, Expr, Fold, Local, walk
from kspec.core.linear import conjuncts, linear
from kspec.core.lower.mapping import Mapper
from kspec.core.lower.merge import taken_from
from kspec.core.system import Action, NodeClass, System, Variable


def pool(system: System) -> System | None:
    """The system over totals; None where no property or some update can not be told from totals."""
    pooling = _Pooling(system)
    properties = [p for p in system.properties if pooling.can_tell(p.formula) and pooling.can_tell(p.premise)]
    if not properties or not all(c.merged for c in system.classes):
        return None
    pooled = [pooling.action(action) for action in system.actions]
    if any(found is None for found in pooled):
        return None
    mapped = pooling.mapper.system(system.but(actions=(), properties=tuple(properties), measures=()))
    everywhere = NodeClass("everywhere", total(c.size for c in system.classes), (), "", True)
    return mapped.but(
        classes=(everywhere,) if system.classes else (),
        locals=tuple(pooling.variable(v) for v in system.locals),
        actions=tuple(_joined([found for found in pooled if found is not None])),
        remarks=(*system.remarks, "where pods are was left out"),
        exact=False,
    )


@dataclass(frozen=True, slots=True)
class _Pooled:
    action: Action
    came_from: int | None
    """The class it was in."""
    needed: frozenset[int]
    """It is enabled for sure where its guard holds if it was in all of these classes."""
    sure: bool


class _Pooling:
    def __init__(self, system: System) -> None:
        self._system = system
        self._live: dict[str, set[int]] = {v.name: set() for v in system.locals}
        for variable in system.locals:
            self._live[variable.name].update(i for i in range(len(system.classes)) if variable.init_in(i) is not ZERO)
        for action in system.actions:
            if action.node_class is not None:
                for name in action.locals:
                    self._live[name].add(action.node_class)
        self.mapper = Mapper(lambda _: self._replace)

    def _replace(self, expr: Expr) -> Expr | None:
        if not isinstance(expr, Aggregate):
            return None
        form = linear(expr.body)
        assert form is not None and expr.fold is Fold.SUM
        kept = (
            scale(f, p) for p, f in form.terms.items() if isinstance(p, Local) and self._live[p.name] & expr.classes
        )
        return aggregate(Fold.SUM, [0], total(kept))

    def can_tell(self, expr: Expr) -> bool:
        """The expression reads nodes only through totals (or through counters that are 0 elsewhere)."""
        for found in walk(expr):
            if isinstance(found, Aggregate):
                form = linear(found.body)
                if found.fold is not Fold.SUM or form is None or form.constant:
                    return False
                for place in form.terms:
                    live = self._live[place.name] if isinstance(place, Local) else set()
                    if live & found.classes and not live <= found.classes:
                        return False
        return True

    def variable(self, variable: Variable) -> Variable:
        """The total starts as the sum over the classes."""
        init = total(variable.init_in(index) for index in range(len(self._system.classes)))
        return copy(variable, high=None, init=init, inits=())

    def action(self, action: Action) -> _Pooled | None:
        """The action over totals; None where an update can not be told."""
        if not all(self.can_tell(value) for value in action.globals.values()):
            return None
        kept: list[Expr] = []
        needed: set[int] = set()
        sure = action.certainly is action.guard
        for part in conjuncts(action.guard):
            source = taken_from(part)
            if source is not None and isinstance(source, Local):
                needed |= self._live[source.name]
                kept.append(part)
            elif any(isinstance(e, Local) for e in walk(part, into_aggregates=False)) or not self.can_tell(part):
                sure = False
            else:
                kept.append(part)
        key = action.preference.key if action.preference is not None else ()
        if any(not self.can_tell(part) for part in key):
            action = copy(action, preference=None)
        here = None if action.node_class is None else 0
        mapped = self.mapper.action(copy(action, guard=and_(*kept), must=None, node_class=here))
        return _Pooled(mapped, action.node_class, frozenset(needed), sure)


def _joined(pooled: list[_Pooled]) -> list[Action]:
    """One action for those that have become equal, certain where none of them was weakened and none is missing."""
    groups: dict[object, list[_Pooled]] = {}
    for found in pooled:
        action = found.action
        updates = (tuple(sorted(action.globals.items(), key=_first)), tuple(sorted(action.locals.items(), key=_first)))
        preference = action.preference
        ranked = None if preference is None else (preference.group, preference.key)
        groups.setdefault((action.component, action.kind, action.guard, *updates, ranked), []).append(found)
    joined = []
    for members in groups.values():
        classes = {m.came_from for m in members}
        sure = all(m.sure for m in members) and all(m.needed <= classes for m in members)
        action = members[0].action
        joined.append(copy(action, must=action.guard if sure else FALSE))
    return joined


def _first(pair: tuple[str, Expr]) -> str:
    return pair[0]
