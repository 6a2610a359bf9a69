"""The problem of placing some pods while others stay where they are.

Pods that stay take room, keep others away, attract them and count in their spreads, exactly as running pods do: rules
are judged for the pods that are placed, not for those that stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from kspec.place.problem import (
    AtMost,
    Attraction,
    Barrier,
    Exclusion,
    Floor,
    Group,
    Ints,
    Mask,
    PodName,
    Problem,
    Rule,
    SharedMount,
    Spread,
    Supply,
    Together,
)
from kspec.place.restrict import with_groups, with_sites


def pinned(problem: Problem, there: Mask, kept: Ints, asked: Sequence[Sequence[PodName]]) -> tuple[Problem, list[int]]:
    """The problem, on the sites that are there, of placing the asked pods of each group beside the kept ones.

    Also answers which groups it is about: those that ask for pods, in order. Daemons are taken to be where they must.
    """
    groups = [g for g, pods in enumerate(asked) if pods and not problem.everywhere[g]]
    concerned = set(groups)
    involved = tuple(r for r in problem.rules if _about(r) & concerned)
    part = with_sites(replace(problem, rules=involved), there)
    here = kept[:, there]
    capacity = part.capacity - here.T @ problem.request
    rules: list[Rule] = []
    for rule in part.rules:
        rules += _beside(part, rule, here)
    for mount in problem.of(SharedMount):
        standing = here[list(mount.groups)].any(axis=0)
        capacity[standing, mount.resource] -= mount.units
    fresh = tuple(_asking(group, pods) for group, pods in zip(problem.groups, asked, strict=True))
    part = replace(part, groups=fresh, capacity=np.maximum(capacity, 0), rules=tuple(rules))
    part = replace(part, must=np.zeros_like(part.must))
    return with_groups(part, groups), groups


def _asking(group: Group, pods: Sequence[PodName]) -> Group:
    return replace(group, pods=tuple(pods))


def _about(rule: Rule) -> set[int]:
    """The groups whose new pods a rule restricts."""
    match rule:
        case Barrier(group=g) | Attraction(group=g) | Spread(group=g):
            return {g}
        case Exclusion(a=a, b=b):
            return {a, b}
        case Together(groups=groups) | AtMost(groups=groups) | Supply(groups=groups) | SharedMount(groups=groups):
            return set(groups)
        case Floor(weights=weights):
            return set(np.flatnonzero(weights.any(axis=1)).tolist())


def _beside(problem: Problem, rule: Rule, kept: Ints) -> Iterator[Rule]:
    """A rule as it is for new pods beside kept ones."""
    match rule:
        case Exclusion(requirement=requirement, a=a, b=b, topology=t):
            domain = problem.topologies[t].domain
            yield rule
            for mover, stayer in {(a, b), (b, a)}:
                taken = _domains(domain, kept[stayer])
                if taken:
                    yield Barrier(requirement, mover, ~np.isin(domain, sorted(taken)))
        case Spread(counted=counted, topology=t, included=included):
            domain = problem.topologies[t].domain
            standing = np.where(included & (domain >= 0), kept[list(counted)].sum(axis=0), 0)
            running = rule.running.copy()
            np.add.at(running, domain[domain >= 0], standing[domain >= 0])
            yield replace(rule, running=running)
        case Attraction(matching=matching, topologies=topologies, seeded=seeded):
            standing = kept[sorted(matching)].sum(axis=0)
            domains = [problem.topologies[t].domain for t in topologies]
            more = [s | _domains(d, standing) for d, s in zip(domains, seeded, strict=True)]
            yield replace(rule, seeded=tuple(more), bootstraps=rule.bootstraps and not any(more))
        case Together(requirement=requirement, groups=groups, topology=t):
            yield rule
            domain = problem.topologies[t].domain
            taken = _domains(domain, kept[list(groups)].sum(axis=0))
            if taken:
                yield from (Barrier(requirement, g, np.isin(domain, sorted(taken))) for g in groups)
        case AtMost(groups=groups, limit=limit):
            yield replace(rule, limit=limit - int(kept[list(groups)].sum()))
        case Supply(groups=groups, takes=takes, reach=reach, limit=limit):
            taken_up = sum(int(kept[g][reach].sum()) * k for g, k in zip(groups, takes, strict=True))
            yield replace(rule, limit=limit - taken_up)
        case SharedMount(groups=groups):
            mounting = np.flatnonzero(kept[list(groups)].any(axis=0)).tolist()
            yield replace(rule, mounted=rule.mounted | frozenset(mounting))
        case Floor(weights=weights, least=least):
            yield replace(rule, least=least - int((weights * kept).sum()))
        case Barrier():
            yield rule


def _domains(domain: Ints, counts: Ints) -> frozenset[int]:
    return frozenset(int(d) for d in domain[counts > 0]) - {-1}
