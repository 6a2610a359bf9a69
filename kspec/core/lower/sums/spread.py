"""Spread over nodes: conditions that a node with the least count always satisfies.

`here + step - min(here over classes) <= skew` holds on a node where `here` is least whenever `step <= skew`. If that is
all an action asks of its node, and there is such an action in every class the minimum ranges over, then one of them is
enabled whatever the counts are.
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.core.build import ge, linear_parts, linear_sum, sub, total
from kspec.core.expr import TRUE, Aggregate, Apply, Expr, Fold, Local, Op, walk
from kspec.core.linear import conjuncts
from kspec.core.pod import Move
from kspec.core.system import Action, System


@dataclass(frozen=True, slots=True)
class _Bind:
    """An action that asks nothing of its node but the spread."""

    component: str
    move: Move | None
    least: Aggregate
    outside: frozenset[Expr]


class Spreads:
    """The actions of a system whose spread some node always satisfies."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._binds = [_bind(action) for action in system.actions]

    def sure(self, number: int) -> Expr | None:
        """Where this action, or the like in another class, is enabled for sure, what other guards allow aside.

        None if nothing is known: the action asks more of its node, or a class has no such action.
        """
        mine = self._binds[number]
        if mine is None:
            return None
        classes = {a.node_class for a, b in zip(self._system.actions, self._binds, strict=True) if b == mine}
        if classes != mine.least.classes:
            return None
        return ge(total(self._system.classes[i].size for i in sorted(mine.least.classes)), 1)


def _bind(action: Action) -> _Bind | None:
    outside, found = [], None
    for part in conjuncts(action.guard):
        least = least_in(part)
        if least is not None and found in (None, least):
            found = least
        elif any(isinstance(e, Local) for e in walk(part, into_aggregates=False)):
            return None
        elif part is not TRUE:
            outside.append(part)
    return None if found is None else _Bind(action.component, action.move, found, frozenset(outside))


def least_in(part: Expr) -> Aggregate | None:
    """The minimum in a spread condition that holds where its own body is least."""
    if not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
        return None
    terms, constant = linear_parts((sub(part.args[0], part.args[1]),))
    for atom, factor in terms.items():
        if factor == -1 and isinstance(atom, Aggregate) and atom.fold is Fold.MIN:
            here = linear_sum({a: f for a, f in terms.items() if a is not atom}, 0)
            slack = 1 if part.op is Op.LT else 0
            if here is atom.body and constant + slack <= 0:
                return atom
    return None
