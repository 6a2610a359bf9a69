"""Limits that another limit implies: of CPU, memory and pod count usually one binds, and the others never do.

A node whose only rule is one sum can be merged with its like; two rules keep it apart.
"""

from __future__ import annotations

from functools import lru_cache

from kspec.core.build import and_, le, sub
from kspec.core.expr import INT, Apply, Expr, Local, Op
from kspec.core.linear import Linear, conjuncts, linear


def without_dominated(guard: Expr) -> Expr:
    """The guard without upper limits on counters of the node that another of its limits implies."""
    parts = tuple(_as_limit(part) for part in conjuncts(guard))
    limits = {part: form for part in parts if (form := _limit(part)) is not None}
    if len(limits) < 2:
        return and_(*parts)
    kept = list(limits)
    for part in limits:
        if any(other is not part and _implies(limits[other], limits[part]) for other in kept):
            kept.remove(part)
    return and_(*(part for part in parts if part not in limits or part in kept))


@lru_cache(maxsize=4096)
def _as_limit(part: Expr) -> Expr:
    """`sum(counters) == 0` as `sum(counters) <= 0`: they are never negative."""
    if isinstance(part, Apply) and part.op is Op.EQ and part.args[0].sort is INT:
        form = linear(sub(part.args[0], part.args[1]))
        counters = form is not None and form.constant == 0 and all(isinstance(place, Local) for place in form.terms)
        if form is not None and counters and form.terms and all(factor > 0 for factor in form.terms.values()):
            return le(form.expr(), 0)
    return part


@lru_cache(maxsize=4096)
def _limit(part: Expr) -> Linear | None:
    """`sum(counters) <= limit` as the sum less the limit."""
    if not isinstance(part, Apply) or part.op not in (Op.LE, Op.LT):
        return None
    form = linear(sub(part.args[0], part.args[1]))
    if form is None or not form.terms or not all(isinstance(place, Local) for place in form.terms):
        return None
    if any(factor < 0 for factor in form.terms.values()):
        return None
    return Linear(form.terms, form.constant + (1 if part.op is Op.LT else 0))


def _implies(one: Linear, two: Linear) -> bool:
    """Every choice of counters (never negative) within the first limit is within the second."""
    most, limit = -one.constant, -two.constant
    if most < 0 or limit < 0:
        return False
    if most == 0:
        return all(place in one.terms for place in two.terms)
    return all(factor * most <= one.terms.get(place, 0) * limit for place, factor in two.terms.items())
