"""Mutants of a system: one guard condition dropped or off by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.core.build import add, and_, le, lt
from kspec.core.expr import Apply, Expr, Op
from kspec.core.linear import conjuncts
from kspec.core.system import System


def mutants(system: System) -> Iterator[tuple[str, System]]:
    """Every mutant with words for it. The condition that a moved pod exists stays."""
    for number, action in enumerate(system.actions):
        parts = conjuncts(action.guard)
        first = 1 if action.move is not None and action.move.source is not None else 0
        for position in range(first, len(parts)):
            rest = [part for i, part in enumerate(parts) if i != position]
            for words, changed in _changed(parts[position]):
                mutant = replace(action, guard=and_(*rest, *changed))
                actions = tuple(mutant if i == number else a for i, a in enumerate(system.actions))
                yield f"{action.label}: {words} {position}", system.but(actions=actions)


def _changed(part: Expr) -> Iterator[tuple[str, list[Expr]]]:
    yield "without", []
    if isinstance(part, Apply) and part.op in (Op.LT, Op.LE):
        compare = lt if part.op is Op.LT else le
        for step in (1, -1):
            yield f"{step:+} in", [compare(part.args[0], add(part.args[1], step))]
