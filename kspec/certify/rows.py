"""Is a statement of a proof true of every placement? Each kind of reason is tried; what none shows stays open.

A statement is a sum of counts (of a workload's pods on some nodes), weighted, that is at most so much. Its reasons are
worked out from the design: who asks for how many pods, what one node can hold, which pods keep apart, how they spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from kspec.certify.world import Asker, World
from kspec.domain.pod import TopologySpreadConstraint
from kspec.place.checker.among import counts_for, domains_of

_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Count:
    """What a variable counts."""

    asker: Asker
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """`sum of weight x count <= bound`."""

    terms: tuple[tuple[int, Count], ...]
    bound: int
    meaning: str


def reason(world: World, statement: Statement) -> str:
    """Why a statement is true of every placement; empty where no reason is known here."""
    for name, shows in _REASONS:
        if shows(world, statement):
            return name
    return ""


def _asked_for(world: World, statement: Statement) -> bool:
    """`-pods <= -count`: all pods of a workload have a place, and it has none on other nodes."""
    askers = {id(c.asker.podset): c.asker for _, c in statement.terms}
    if len(askers) > 1 or any(w != -1 for w, _ in statement.terms):
        return False
    if not statement.terms:
        return False
    (asker,) = askers.values()
    named = {n for _, c in statement.terms for n in c.nodes}
    if asker.everywhere:
        due = sum(1 for n in named if not world.optional[n] and world.due(asker, world.nodes[n]))
        return -due <= statement.bound
    elsewhere = any(n not in named and world.admits(asker, n) for n in world.nodes)
    return not elsewhere and -asker.count <= statement.bound


def without_a_node(world: World, asker: Asker, bound: int) -> bool:
    """`nothing <= -count`: pods that no node takes, if there were none of them, would be fewer than asked for."""
    return not asker.everywhere and -asker.count <= bound and not any(world.admits(asker, n) for n in world.nodes)


def _no_more_than_asked(world: World, statement: Statement) -> bool:
    """`pods <= count`."""
    askers = {id(c.asker.podset): c.asker for _, c in statement.terms}
    if len(askers) != 1 or any(w != 1 for w, _ in statement.terms):
        return False
    (asker,) = askers.values()
    return not asker.everywhere and asker.count <= statement.bound


def _room(world: World, statement: Statement) -> bool:
    """Each node holds only so much of what is counted, and the nodes add up to the bound."""
    if statement.bound < 0 or any(w < 0 for w, _ in statement.terms):
        return False
    by_node: dict[str, list[tuple[int, Asker]]] = {}
    for weight, counted in statement.terms:
        for name in counted.nodes:
            by_node.setdefault(name, []).append((weight, counted.asker))
    known: dict[object, int] = {}
    total = 0
    for name, here in by_node.items():
        key = _likeness(world, name, here)
        if key not in known:
            known[key] = _most_on(world, name, here)
        total += known[key]
        if total > statement.bound:
            return False
    return True


def _likeness(world: World, name: str, here: Sequence[tuple[int, Asker]]) -> object:
    """What decides how much a node holds."""
    free = tuple(sorted(world.free[name].items()))
    admitted = tuple((w, id(a.podset), world.admits(a, name)) for w, a in here)
    keys = {t.topology_key for _, a in here for t in a.spec.affinity.pod_anti_affinity.required}
    return (free, admitted, world.optional[name], tuple(k in world.nodes[name].metadata.labels for k in sorted(keys)))


def _most_on(world: World, name: str, here: Sequence[tuple[int, Asker]]) -> int:
    """The largest weight that the pods on one node can have, by its scarcest resource and by who keeps apart."""
    free = dict(world.free[name])
    named = {id(a.podset) for _, a in here}
    if world.optional[name]:
        for resource, amount in _daemons_not_counted(world, name, named).items():
            free[resource] = max(0, free.get(resource, 0) - amount)
    most: list[tuple[int, int, Asker]] = []
    for weight, asker in here:
        if asker.everywhere:
            limit = int(world.due(asker, world.nodes[name]))
        elif world.admits(asker, name):
            limit = min(free.get(r, 0) // amount for r, amount in asker.wants.items())
            limit = min(limit, asker.count, 1 if world.alone(asker, asker, name) else limit)
        else:
            limit = 0
        if weight and limit:
            most.append((weight, limit, asker))
    if not most:
        return 0
    bounds = [sum(w * k for w, k, _ in most)]
    if all(world.alone(a, b, name) for i, (_, _, a) in enumerate(most) for _, _, b in most[:i]):
        bounds.append(max(w * k for w, k, _ in most))
    for resource in sorted({r for _, _, a in most for r in a.wants}):
        bounds.append(_knapsack([(w, k, a.wants.get(resource, 0)) for w, k, a in most], free.get(resource, 0)))
    return min(bounds)


def _daemons_not_counted(world: World, name: str, named: set[int]) -> Mapping[str, int]:
    counted = any(s.everywhere and id(s) in named for s in world.inventory.podsets)
    return {} if counted else world.daemons_on(name)


def _knapsack(items: Sequence[tuple[int, int, int]], room: int) -> int:
    """The largest sum of weights, each so often at most and of such a size, within the room: exactly where it is small
    enough, else from above."""
    free = sum(w * k for w, k, size in items if size == 0)
    sized = [(w, k, size) for w, k, size in items if size]
    if not sized:
        return free
    unit = gcd(*(size for _, _, size in sized))
    cells = room // unit
    if cells > _CELLS:
        return free + _fractional(sized, room)
    best = np.zeros(cells + 1, dtype=object if max(w for w, _, _ in sized) > 10**12 else np.int64)
    for weight, most, size in sized:
        left, portion = most, 1
        while left:
            portion = min(portion, left)
            step = portion * size // unit
            if step <= cells:
                best[step:] = np.maximum(best[step:], best[: cells + 1 - step] + portion * weight)
            left -= portion
            portion *= 2
    return free + int(best[cells])


def _fractional(items: Sequence[tuple[int, int, int]], room: int) -> int:
    """The same with parts of pods."""
    total, left = Fraction(0), Fraction(room)
    for weight, most, size in sorted(items, key=lambda i: Fraction(-i[0], i[2])):
        take = min(Fraction(most), left / size)
        total += take * weight
        left -= take * size
    return int(total // 1)


def _one_a_domain(world: World, statement: Statement) -> bool:
    """Pods that keep apart over a label: one in each of its values."""
    askers = {id(c.asker.podset): c.asker for _, c in statement.terms}
    if len(askers) != 1 or any(w != 1 for w, _ in statement.terms) or statement.bound < 1:
        return False
    (asker,) = askers.values()
    names = {n for _, c in statement.terms for n in c.nodes if world.admits(asker, n)}
    for key in {t.topology_key for t in asker.spec.affinity.pod_anti_affinity.required}:
        values = {world.nodes[n].metadata.labels.get(key) for n in names}
        if len(values) <= statement.bound and None not in values and world.apart(asker, asker, key):
            return True
    return False


def _spread(world: World, statement: Statement) -> bool:
    """A hard spread that counts only the workload's own pods, over domains that are there for certain."""
    askers = {id(c.asker.podset): c.asker for _, c in statement.terms}
    if len(askers) != 1 or world.running or not statement.terms:
        return False
    (asker,) = askers.values()
    if asker.everywhere or any(abs(w) != 1 for w, _ in statement.terms):
        return False
    plus = {n for w, c in statement.terms if w > 0 for n in c.nodes}
    minus = {n for w, c in statement.terms if w < 0 for n in c.nodes}
    return any(_within_skew(world, asker, c, plus, minus, statement.bound) for c in asker.spreads)


def _within_skew(
    world: World, asker: Asker, constraint: TopologySpreadConstraint, plus: set[str], minus: set[str], bound: int
) -> bool:
    """Between two domains, or with whole pods inside one, the skew leaves only so much."""
    others = [Asker(s, s.template.spec, 0) for s in world.inventory.podsets if s is not asker.podset]
    own = counts_for(asker.kind, constraint, asker.kind)
    if not own or any(counts_for(asker.kind, constraint, o.kind) for o in others):
        return False
    domains = domains_of(world.crowd, asker.kind, constraint, [c.topology_key for c in asker.spreads])
    sure = {domains[n] for n in domains if not world.optional[n]}
    maybe = set(domains.values()) - sure
    if len(sure) < (constraint.min_domains or 1):
        return False
    reached = {n for n in world.nodes if world.admits(asker, n)}
    skew, pods, many = constraint.max_skew, asker.count, len(sure)
    upper = {domains.get(n) for n in plus & reached}
    lower = {domains[n] for n in minus if n in domains}
    if plus and (len(upper) != 1 or None in upper):
        return False
    if plus and not minus:
        return not maybe and bound >= (pods + (many - 1) * skew) // many
    if len(lower) != 1 or not lower <= sure:
        return False
    whole = {n for n in reached if domains.get(n) in lower} <= minus
    if plus:
        return whole and bound >= skew
    outside = {n for n in reached if n not in domains}
    least = -((-(pods - (many - 1) * skew)) // many)
    return whole and outside <= minus and not maybe and bound >= -least


_REASONS = (
    ("who asks", _asked_for),
    ("no more than asked for", _no_more_than_asked),
    ("what nodes hold", _room),
    ("keeping apart", _one_a_domain),
    ("spreading", _spread),
)
