"""Candidate lemmas: what the system's own text suggests may always hold. Guesses only; `houdini` decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm

from kspec.core.build import add, eq, ge, implies, le, or_, scale, sub, total
from kspec.core.expr import INT, Apply, Const, Expr, Global, Op, walk
from kspec.core.lower.watch import OWED
from kspec.core.property import PropertyKind
from kspec.core.system import ActionKind, System

_FEW = 4
"""A variable with at most so many values may serve as a condition."""


def candidates(system: System, conditional: bool = True, limit: int = 4000) -> list[Expr]:
    """Candidates for a flat system: atoms of its formulas, declared bounds, conservation laws, invariants asked.

    If `conditional`, each also under the condition that a variable only the environment writes has one of its values,
    for as many such variables as keep the number of candidates under `limit`.
    """
    plain = list(dict.fromkeys(_plain(system)))
    few = frozen(system)
    every = [eq(place, value) for place, values in few.items() for value in values]
    found = dict.fromkeys([*plain, *(implies(one, other) for one in every for other in every)])
    for place, values in few.items() if conditional else ():
        if len(found) + len(values) * len(plain) > limit:
            break
        for value in values:
            found.update(dict.fromkeys(implies(eq(place, value), candidate) for candidate in plain))
    return [candidate for candidate in found if not isinstance(candidate, Const)]


def frozen(system: System) -> dict[Expr, range]:
    """Variables that only the environment writes (revisions, positions in a script), with their few values.

    What is owed (`kspec.core.lower.watch`) counts among them: it says where in the story a state belongs.
    """
    written = {n for a in system.actions if a.kind is ActionKind.CONTROLLER for n in a.globals}
    moved = {n for a in system.actions for n in a.globals}
    return {
        Global(v.name, INT): range(v.low, v.high + 1)
        for v in system.globals
        if v.sort is INT
        and (v.name in moved - written or v.name == OWED)
        and v.high is not None
        and v.high - v.low < _FEW
    }


def _plain(system: System) -> Iterator[Expr]:
    for variable in system.globals:
        if variable.sort is INT:
            place = Global(variable.name, INT)
            yield ge(place, variable.low)
            if variable.high is not None:
                yield le(place, variable.high)
    for asked in system.properties:
        if asked.kind is PropertyKind.INVARIANT:
            yield implies(asked.premise, asked.formula)
        if asked.kind is PropertyKind.LEADS_TO:
            yield or_(asked.formula, asked.premise)
    yield from conservation_laws(system)
    for left, right in dict.fromkeys(_comparisons(system)):
        yield le(left, right)
        yield le(right, left)
        yield le(left, add(right, 1))
        yield le(right, add(left, 1))


def _comparisons(system: System) -> Iterator[tuple[Expr, Expr]]:
    """Both sides of every comparison in guards and properties that mentions a variable."""
    roots: list[Expr] = []
    for action in system.actions:
        roots += [action.guard, action.certainly]
    for asked in system.properties:
        roots += [asked.formula, asked.premise]
    for expr in walk(*roots):
        if isinstance(expr, Apply) and expr.op in (Op.LT, Op.LE, Op.EQ) and expr.args[0].sort is INT:
            left, right = expr.args
            if any(isinstance(e, Global) for e in walk(left, right)):
                yield left, right


def conservation_laws(system: System) -> Iterator[Expr]:
    """Linear combinations of variables that no action changes, as two inequalities with their initial value.

    They span the null space of the constant steps; variables some action changes by more than a constant are left out.
    """
    steps: list[dict[str, int]] = []
    loose: set[str] = set()
    for action in system.actions:
        step: dict[str, int] = {}
        for name, value in action.globals.items():
            gap = sub(value, Global(name, value.sort)) if value.sort is INT else value
            if isinstance(gap, Const) and value.sort is INT:
                step[name] = gap.value
            else:
                loose.add(name)
        steps.append(step)
    names = [
        v.name for v in system.globals if v.sort is INT and v.name not in loose and any(v.name in s for s in steps)
    ]
    inits = {v.name: v.init for v in system.globals}
    for vector in _null_space([[step.get(name, 0) for name in names] for step in steps], len(names)):
        law = total(scale(factor, Global(name, INT)) for name, factor in zip(names, vector, strict=True) if factor)
        start = total(scale(factor, inits[name]) for name, factor in zip(names, vector, strict=True) if factor)
        yield le(law, start)
        yield le(start, law)


def _null_space(rows: Iterable[list[int]], width: int) -> Iterator[list[int]]:
    """Integer vectors spanning what every row maps to 0."""
    pivots: dict[int, list[Fraction]] = {}
    for row in rows:
        current = [Fraction(value) for value in row]
        for pivot, other in pivots.items():
            factor = current[pivot]
            if factor:
                current = [a - factor * b for a, b in zip(current, other, strict=True)]
        nonzero = [i for i, value in enumerate(current) if value]
        if not nonzero:
            continue
        lead = nonzero[0]
        current = [value / current[lead] for value in current]
        for pivot, other in pivots.items():
            factor = other[lead]
            if factor:
                pivots[pivot] = [a - factor * b for a, b in zip(other, current, strict=True)]
        pivots[lead] = current
    for free in range(width):
        if free in pivots:
            continue
        vector = [Fraction(int(i == free)) for i in range(width)]
        for pivot, basis in pivots.items():
            vector[pivot] = -basis[free]
        multiple = lcm(*(value.denominator for value in vector))
        yield [int(value * multiple) for value in vector]
