"""From coarse to fine: the flat systems a property may be proved on.

A claim about some workloads is tried on these alone first, with totals only, then with sums per class of nodes; other
workloads count by how many pods they can have. What this can not prove is tried on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as copy

from kspec.check.reduce import flat_systems
from kspec.core.build import aggregate, and_, le, linear_parts, or_, scale
from kspec.core.expr import ZERO, Aggregate, Apply, Expr, Fold, Global, Local, Op, walk
from kspec.core.linear import conjuncts
from kspec.core.lower.cone import cone
from kspec.core.lower.constants import constants
from kspec.core.lower.flatten import flatten
from kspec.core.lower.settle import settle
from kspec.core.lower.sums.maymust import many_nodes, may_must
from kspec.core.lower.sums.pool import pool
from kspec.core.lower.sums.view import View
from kspec.core.lower.watch import watch
from kspec.core.property import Property, PropertyKind
from kspec.core.system import System

Bounds = Callable[[frozenset[str]], Mapping[str, Expr]]
"""The most pods of some workloads there can be, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A flat system to prove a property on, and whether it is worth a thorough attempt."""

    flat: System
    thorough: bool


def flat_views(reduced: System, asked: Property, bounds: Bounds) -> Iterator[Reading]:
    """Flat systems with this one property, the coarsest first; proofs on any of them count."""
    only = settle(reduced.but(properties=(asked,)))
    mentioned, others = workloads_of(only)
    many = many_nodes(only)
    kept = mentioned or None
    if asked.kind is PropertyKind.INVARIANT:
        if len(only.classes) > 1:
            everywhere = frozenset(range(len(only.classes)))
            yield from _flat(pooled(only, View(everywhere, kept)), thorough=False)
        if kept and others:
            yield from _flat(may_must(only, View(many, kept)))
    elif kept and others:
        yield from _flat(may_must(only, View(many, kept, bounds(others))))
    for flat in flat_systems(reduced.but(properties=(asked,))):
        yield Reading(watch(flat), thorough=True)


def pooled(system: System, view: View) -> System | None:
    """Totals of what a view knows."""
    seen = may_must(system, view)
    return None if seen is None else pool(seen)


def _flat(system: System | None, thorough: bool = True) -> Iterator[Reading]:
    if system is not None:
        flat = flatten(cone(constants(system)))
        if flat is not None:
            yield Reading(watch(constants(flat)), thorough)


def workloads_of(system: System) -> tuple[frozenset[str], frozenset[str]]:
    """The workloads whose pods the properties mention, and all others."""
    pods = _workloads(system)
    roots = [formula for asked in system.properties for formula in (asked.formula, asked.premise)]
    found = _mentioned(pods, roots)
    return found, frozenset(pods.values()) - found


def _workloads(system: System) -> dict[str, str]:
    """The workload of each pod counter."""
    return {v.name: v.pod.workload for v in (*system.globals, *system.locals) if v.pod is not None}


def _mentioned(pods: dict[str, str], roots: Iterable[Expr]) -> frozenset[str]:
    return frozenset(pods[e.name] for e in walk(*roots) if isinstance(e, Global | Local) and e.name in pods)


def parts(system: System, asked: Property) -> list[Property]:
    """A property as a conjunction of claims about different workloads: all of them together imply it."""
    if asked.kind in (PropertyKind.WITNESS, PropertyKind.LEADS_TO):
        return [asked]
    pods = _workloads(system)
    groups: dict[frozenset[str], list[Expr]] = {}
    for part in conjuncts(asked.formula):
        for piece in _pieces(part):
            groups.setdefault(_mentioned(pods, [piece]), []).append(piece)
    if len(groups) < 2:
        return [asked]
    return [
        copy(asked, name=f"{asked.name}: {', '.join(sorted(workloads)) or 'the rest'}", formula=and_(*pieces))
        for workloads, pieces in groups.items()
    ]


def _pieces(part: Expr) -> list[Expr]:
    """`a + b <= 0` as `a <= 0` and `b <= 0`, which imply it; also inside a disjunction, and for sums over nodes."""
    if isinstance(part, Apply) and part.op is Op.LE and part.args[1] is ZERO:
        terms, constant = linear_parts((part.args[0],))
        pieces = [scale(factor, piece) for term, factor in terms.items() for piece in _addends(term)]
        if constant == 0 and len(pieces) > 1:
            return [le(piece, 0) for piece in pieces]
    if isinstance(part, Apply) and part.op is Op.OR:
        for position, disjunct in enumerate(part.args):
            pieces = _pieces(disjunct)
            if len(pieces) > 1:
                rest = [other for i, other in enumerate(part.args) if i != position]
                return [or_(*rest, piece) for piece in pieces]
    return [part]


def _addends(term: Expr) -> list[Expr]:
    """A sum over nodes of a sum as sums over nodes."""
    if isinstance(term, Aggregate) and term.fold is Fold.SUM:
        terms, constant = linear_parts((term.body,))
        if constant == 0:
            return [aggregate(Fold.SUM, term.classes, scale(factor, inner)) for inner, factor in terms.items()]
    return [term]
