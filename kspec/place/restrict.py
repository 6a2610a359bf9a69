"""Parts of a problem: with some of its sites, or some of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kspec.place import wording
from kspec.place.problem import (
    AtMost,
    Attraction,
    Barrier,
    Exclusion,
    Floor,
    Ints,
    Mask,
    NodeSet,
    Problem,
    Rule,
    SharedMount,
    Spread,
    Supply,
    Together,
    Topology,
)


def with_sites(problem: Problem, keep: Mask) -> Problem:
    """The problem on some of its sites, all of them in use. Requirements keep their indices."""
    kept = np.flatnonzero(keep)
    position = {int(n): i for i, n in enumerate(kept)}
    nodesets = tuple(
        replace(
            s,
            name=_name(problem, s, [n for n in s.sites if n in position]),
            sites=tuple(position[n] for n in s.sites if n in position),
            low=sum(n in position for n in s.sites),
        )
        for s in problem.nodesets
    )
    return replace(
        problem,
        sites=tuple(problem.sites[n] for n in kept),
        optional=np.zeros(len(kept), dtype=bool),
        nodesets=tuple(s for s in nodesets if s.sites),
        allocatable=problem.allocatable[kept],
        capacity=problem.capacity[kept],
        topologies=tuple(Topology(t.key, t.domain[kept], t.names) for t in problem.topologies),
        rules=tuple(_on_sites(rule, kept) for rule in problem.rules),
        must=problem.must[:, kept],
    )


def _name(problem: Problem, nodeset: NodeSet, left: Sequence[int]) -> str:
    """What a set of nodes is called when only some of them are left; a pool keeps its name."""
    if nodeset.pool or len(left) == nodeset.high or not left:
        return nodeset.name
    names = [problem.sites[n] for n in left]
    return f"node {names[0]}" if len(names) == 1 else f"nodes {wording.some(names)}"


def _on_sites(rule: Rule, kept: Ints) -> Rule:
    match rule:
        case Barrier():
            return replace(rule, allowed=rule.allowed[kept])
        case Spread():
            return replace(rule, included=rule.included[kept])
        case Supply():
            return replace(rule, reach=rule.reach[kept])
        case Floor():
            return replace(rule, weights=rule.weights[:, kept])
        case SharedMount(mounted=mounted) if mounted:
            return replace(rule, mounted=frozenset(np.flatnonzero(np.isin(kept, sorted(mounted))).tolist()))
        case _:
            return rule


def with_groups(problem: Problem, groups: Sequence[int]) -> Problem:
    """The problem with some of its groups; rules lose what they say about others."""
    index = {g: i for i, g in enumerate(groups)}
    rules = (_on_groups(rule, index) for rule in problem.rules)
    return replace(
        problem,
        groups=tuple(problem.groups[g] for g in groups),
        request=problem.request[list(groups)],
        rules=tuple(r for r in rules if r is not None),
        must=problem.must[list(groups)],
    )


def _on_groups(rule: Rule, index: dict[int, int]) -> Rule | None:
    match rule:
        case Barrier(group=g):
            return replace(rule, group=index[g]) if g in index else None
        case Exclusion(a=a, b=b):
            return replace(rule, a=index[a], b=index[b]) if a in index and b in index else None
        case Attraction(group=g, matching=matching):
            known = frozenset(index[m] for m in matching if m in index)
            return replace(rule, group=index[g], matching=known) if g in index else None
        case Spread(group=g, counted=counted):
            known_counted = tuple(index[c] for c in counted if c in index)
            return replace(rule, group=index[g], counted=known_counted) if g in index else None
        case Supply(groups=groups, takes=takes):
            pairs = [(index[g], k) for g, k in zip(groups, takes, strict=True) if g in index]
            return replace(rule, groups=tuple(g for g, _ in pairs), takes=tuple(k for _, k in pairs)) if pairs else None
        case Floor(weights=weights):
            return replace(rule, weights=weights[list(index)])
        case Together(groups=groups) | AtMost(groups=groups) | SharedMount(groups=groups):
            some = tuple(index[g] for g in groups if g in index)
            return replace(rule, groups=some) if some else None


def with_counts(problem: Problem, counts: Sequence[int]) -> Problem:
    """The problem with fewer pods: so many of each group (for `everywhere` groups nothing changes)."""
    groups = tuple(
        g if g.everywhere else replace(g, pods=g.pods[:k]) for g, k in zip(problem.groups, counts, strict=True)
    )
    inventory = problem.inventory
    if inventory is not None:
        kept = {p.pod for g in groups for p in g.pods}
        podsets = tuple(
            s if s.everywhere else replace(s, names=tuple(n for n in s.names if f"{s.namespace}/{n}" in kept))
            for s in inventory.podsets
        )
        inventory = replace(inventory, podsets=podsets)
    return replace(problem, groups=groups, inventory=inventory)


def related(problem: Problem, groups: set[int]) -> list[int]:
    """These groups and those that can help them: supporters, and pods that count in their spreads."""
    found = set(groups)
    while True:
        more: set[int] = set()
        for rule in problem.rules:
            match rule:
                case Attraction(group=g, matching=matching) if g in found:
                    more |= matching
                case Spread(group=g, counted=counted) if g in found:
                    more |= set(counted)
                case _:
                    pass
        if more <= found:
            return sorted(found)
        found |= more
