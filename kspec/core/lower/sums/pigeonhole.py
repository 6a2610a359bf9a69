"""Conditions of one node as conditions on sums over its class.

Sufficient: a node is full for an action when one of its conditions `f_i <= c_i` fails, so `f_i / (c_i + 1) >= 1`.
With weights `u_v = max_i(coefficient of v in f_i / (c_i + 1))` every full node has `sum u_v v >= 1`; if the sum over
all nodes is less than their number, some node is not full. Pods of unknown workloads count with their bound.

Necessary: if one node satisfies `f <= c` and none is ever above `cap`, the sum is at most `c + cap * (n - 1)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from kspec.core.build import ge, le, lt, scale, total
from kspec.core.expr import FALSE, Expr, Local
from kspec.core.lower.caps import cap
from kspec.core.lower.sums.view import Knowledge


@dataclass(frozen=True, slots=True)
class Condition:
    """`sum of factor * counter <= limit` on one node, the factors positive."""

    factors: Mapping[Expr, int]
    limit: int


def condition(factors: Mapping[Expr, int], limit: int, knowledge: Knowledge, node_class: int) -> Condition | None:
    """The condition, if all its counters are natural, with positive factors, and known or pods."""
    for place, factor in factors.items():
        assert isinstance(place, Local)
        lost = (node_class, place.name) in knowledge.unknown and knowledge.foreign(place.name) is None
        if factor <= 0 or lost or not knowledge.natural(place):
            return None
    return Condition(dict(factors), limit)


class Pigeonhole:
    """Both kinds of conditions for the actions of one knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._caps: dict[tuple[int, frozenset[tuple[Expr, int]]], int | None] = {}

    def sufficient(self, index: int, conditions: Sequence[Condition]) -> Expr:
        """Some node of the class satisfies all conditions."""
        size = self._knowledge.system.classes[index].size
        if any(c.limit < 0 for c in conditions):
            return FALSE
        if not conditions:
            return ge(size, 1)
        weights: dict[Expr, Fraction] = {}
        for c in conditions:
            for place, factor in c.factors.items():
                weights[place] = max(weights.get(place, Fraction(0)), Fraction(factor, c.limit + 1))
        multiple = lcm(*(weight.denominator for weight in weights.values()))
        terms: list[Expr] = []
        others: dict[str, int] = {}
        for place, weight in weights.items():
            assert isinstance(place, Local)
            workload = self._knowledge.foreign(place.name)
            if workload is None:
                terms.append(scale(int(weight * multiple), place))
            else:
                others[workload] = max(others.get(workload, 0), int(weight * multiple))
        for workload, factor in others.items():
            bound = self._knowledge.most(workload)
            if bound is None:
                return FALSE
            terms.append(scale(factor, bound))
        return lt(total(terms), scale(multiple, size))

    def necessary(self, index: int, conditions: Sequence[Condition]) -> list[Expr]:
        """What holds on the sums if some node satisfies all conditions."""
        found = []
        size = self._knowledge.system.classes[index].size
        for c in conditions:
            if c.limit < 0:
                return [FALSE]
            known = {p: f for p, f in c.factors.items() if isinstance(p, Local) and not self._knowledge.foreign(p.name)}
            most = self._cap(index, c.factors)
            if most is not None and known:
                own = total(scale(factor, place) for place, factor in known.items())
                found.append(le(own, total([scale(most, size), c.limit - most])))
        return found

    def _cap(self, index: int, factors: Mapping[Expr, int]) -> int | None:
        """The most a linear form reaches on any node of the class: all that raises it is guarded by a limit on it."""
        key = (index, frozenset(factors.items()))
        if key not in self._caps:
            self._caps[key] = cap(self._knowledge.system, index, factors)
        return self._caps[key]
