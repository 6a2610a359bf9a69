"""Pooling: the classes of a flat system become one place, for proofs of invariants.

What an invariant counts over all nodes does not depend on where the pods are, as long as what may happen to them does
not either. The pooled system keeps one sum for each `name@class`; a condition that tells classes apart is dropped from
the guards that have it, and flags that are set instead of counted are forgotten: more may happen, never less. An
invariant proved of it holds; nothing else follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as copy

from kspec.core.build import and_, gt, linear_parts, linear_sum, not_, sub, total
from kspec.core.expr import BOOL, FALSE, INT, ZERO, Apply, Const, Expr, Global, Op, Param
from kspec.core.linear import conjuncts
from kspec.core.lower.merge import taken_from
from kspec.core.property import Property, PropertyKind
from kspec.core.rewrite import apply
from kspec.core.system import Action, System, Variable


def pool(flat: System) -> System | None:
    """The pooled system with the invariants it can speak of; None where there is none, or nothing to pool."""
    pooling = _Pooling(flat)
    asked = [p for p in map(pooling.property, flat.properties) if p is not None]
    actions = [pooling.action(a) for a in flat.actions]
    if not asked or not pooling.several or any(a is None for a in actions):
        return None
    unique = {(a.guard, tuple(sorted(a.globals.items(), key=lambda u: u[0]))): a for a in actions if a is not None}
    return flat.but(
        globals=pooling.variables(),
        actions=tuple(unique.values()),
        properties=tuple(asked),
        measures=(),
        exact=False,
        remarks=(*flat.remarks, "nodes of all pools counted together: more may happen than does"),
    )


def _split(name: str) -> tuple[str, str]:
    base, _, where = name.partition("@")
    return base, where


class _Pooling:
    def __init__(self, flat: System) -> None:
        self._flat = flat
        self._spots: dict[str, set[str]] = {}
        for variable in flat.globals:
            base, where = _split(variable.name)
            if where:
                self._spots.setdefault(base, set()).add(where)
        self.several = any(len(spots) > 1 for spots in self._spots.values())
        self._forgotten: set[str] = set()
        self._forgotten |= {
            _split(name)[0]
            for action in flat.actions
            for name, value in action.globals.items()
            if _split(name)[1] and self.expr(sub(value, Global(name, value.sort))) is None
        }

    def variables(self) -> tuple[Variable, ...]:
        """One sum for each name."""
        kept = [v for v in self._flat.globals if not _split(v.name)[1]]
        for base in (b for b in self._spots if b not in self._forgotten):
            parts = [v for v in self._flat.globals if _split(v.name)[0] == base and _split(v.name)[1]]
            kept.append(Variable(_pooled(base).name, INT, 0, None, total(p.init for p in parts)))
        return tuple(kept)

    def property(self, asked: Property) -> Property | None:
        """The invariant over sums, where it can be said."""
        if asked.kind is not PropertyKind.INVARIANT:
            return None
        formula, premise = self.expr(asked.formula), self.expr(asked.premise)
        return None if formula is None or premise is None else copy(asked, formula=formula, premise=premise)

    def action(self, action: Action) -> Action | None:
        """What may happen to the sums; None where they can not follow."""
        updates: dict[str, Expr] = {}
        for name, value in action.globals.items():
            base, where = _split(name)
            if not where:
                mapped = self.expr(value)
                if mapped is None:
                    return None
                updates[name] = mapped
                continue
            if base in self._forgotten:
                continue
            step = self.expr(sub(value, Global(name, value.sort)))
            if step is None:
                return None
            place = _pooled(base)
            updates[place.name] = total([updates.get(place.name, place), step])
        return copy(action, guard=and_(*self._guard(conjuncts(action.guard))), must=FALSE, globals=updates)

    def _guard(self, parts: Sequence[Expr]) -> Iterable[Expr]:
        """What of a guard can be said of sums, and follows from it."""
        for part in parts:
            source = taken_from(part)
            mapped = self.expr(part)
            if mapped is not None:
                yield mapped
            elif isinstance(source, Global) and self._sums(source):
                yield gt(_pooled(_split(source.name)[0]), 0)
        yield from self._absences(parts)

    def _absences(self, parts: Sequence[Expr]) -> Iterable[Expr]:
        """`!(c && x@a > 0)` for every class a says `!(c && sum of x > 0)`."""
        found: dict[tuple[str, frozenset[Expr]], set[str]] = {}
        for part in parts:
            if not (isinstance(part, Apply) and part.op is Op.NOT):
                continue
            inner = conjuncts(part.args[0])
            for one in inner:
                source = taken_from(one)
                if isinstance(source, Global) and self._sums(source):
                    base, where = _split(source.name)
                    rest = frozenset(p for p in inner if p is not one)
                    found.setdefault((base, rest), set()).add(where)
        for (base, rest), places in found.items():
            mapped = [self.expr(p) for p in sorted(rest, key=repr)]
            if base not in self._forgotten and places == self._spots[base] and all(m is not None for m in mapped):
                yield not_(and_(*(m for m in mapped if m is not None), gt(_pooled(base), 0)))

    def _sums(self, place: Global) -> bool:
        base, where = _split(place.name)
        return bool(where) and base not in self._forgotten

    def expr(self, expr: Expr) -> Expr | None:
        """The expression over sums; None where it tells classes apart."""
        if isinstance(expr, Const | Param):
            return expr
        if isinstance(expr, Apply) and expr.sort is BOOL:
            return self._apply(expr)
        if expr.sort is BOOL:
            return None if isinstance(expr, Global) and _split(expr.name)[1] else expr
        coefficients, constant = linear_parts((expr,))
        return self._linear(coefficients, constant)

    def _linear(self, coefficients: Mapping[Expr, int], constant: int) -> Expr | None:
        out: dict[Expr, int] = {}
        spread: dict[str, dict[str, int]] = {}
        for atom, factor in coefficients.items():
            if isinstance(atom, Global) and _split(atom.name)[1]:
                base, where = _split(atom.name)
                spread.setdefault(base, {})[where] = factor
                continue
            mapped = self._apply(atom) if isinstance(atom, Apply) else atom
            if mapped is None:
                return None
            out[mapped] = out.get(mapped, 0) + factor
        for base, factors in spread.items():
            if base in self._forgotten or factors.keys() != self._spots[base] or len(set(factors.values())) != 1:
                return None
            out[_pooled(base)] = next(iter(factors.values()))
        return linear_sum(out, constant) if out else total([ZERO, constant])

    def _apply(self, expr: Apply) -> Expr | None:
        if expr.op in (Op.LE, Op.LT, Op.EQ) and expr.args[0].sort is INT:
            difference = self.expr(sub(expr.args[0], expr.args[1]))
            return None if difference is None else apply(expr.op, (difference, ZERO))
        args = [self.expr(a) for a in expr.args]
        return None if any(a is None for a in args) else apply(expr.op, tuple(a for a in args if a is not None))


def _pooled(base: str) -> Global:
    return Global(f"{base}@all", INT)
