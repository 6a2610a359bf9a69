"""Small numbers for a design's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kspec.core.system import System
from kspec.solve.session import Verdict
from kspec.solve.verify.encode import Encoder, conjunction, number, read_params
from kspec.solve.verify.query import Query


def small_designs(system: System, most: int) -> Iterator[Mapping[str, int]]:
    """Up to `most` parameter values that the assumption allows, those with the least sum first.

    Class sizes are positive in all of them. Nothing is said where the assumption cannot be met.
    """
    if not system.params:
        yield {}
        return
    encoder = Encoder(system)
    encoder.declare_params()
    for node_class in system.classes:
        encoder.line(f"(>= {encoder.text(node_class.size, 0)} 1)")
    names = list(encoder.params.values())
    total = f"(+ 0 {' '.join(names)})"
    query = Query(encoder.take())
    least = 0
    for _ in range(most):
        values = _least(query, encoder, total, least)
        if values is None:
            return
        yield values
        least = sum(values.values())
        same = conjunction(f"(= {encoder.params[name]} {number(value)})" for name, value in values.items())
        query.add(f"(assert (not {same}))")


def never_empty(system: System) -> bool:
    """No parameter values that the assumption allows leave a class of nodes empty."""
    encoder = Encoder(system)
    encoder.declare_params()
    sizes = [encoder.text(node_class.size, 0) for node_class in system.classes]
    if not sizes:
        return True
    encoder.line(f"(or {' '.join(f'(<= {size} 0)' for size in sizes)} false)")
    return Query(encoder.take()).check() is Verdict.UNSAT


def _least(query: Query, encoder: Encoder, total: str, at_least: int) -> Mapping[str, int] | None:
    """A model with the least sum; sums below `at_least` are known not to occur."""
    if query.check() is not Verdict.SAT:
        return None
    best = read_params(encoder, query)
    low, high = at_least, sum(best.values())
    while low < high:
        middle = (low + high) // 2
        name = encoder.declare_literal(f"b{query.asked}")
        encoder.line(f"(=> {name} (<= {total} {number(middle)}))")
        query.add(encoder.take())
        if query.check([name]) is Verdict.SAT:
            best = read_params(encoder, query)
            high = sum(best.values())
        else:
            low = middle + 1
    return best
