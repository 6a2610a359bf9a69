"""A quick judgement of counts against a problem's own rules, for the many small questions of a search.

What is shown to anybody goes through `kspec.place.checker` as far as that is affordable; this saves asking it thousands
of times.
"""

from __future__ import annotations

import numpy as np

from kspec.place.distinct import distinct
from kspec.place.problem import (
    AtMost,
    Attraction,
    Exclusion,
    Floor,
    Ints,
    Mask,
    Problem,
    SharedMount,
    Spread,
    Supply,
    Together,
    Topology,
)


def holds(problem: Problem, counts: Ints) -> bool | None:
    """Whether every rule holds, all sites being in use; None where pods need company, which only the checker judges."""
    if (counts.sum(axis=1) != np.where(problem.everywhere, problem.must.sum(axis=1), problem.counts)).any():
        return False
    if (counts[~problem.allowed] > 0).any() or (counts.T @ problem.request > _left(problem, counts)).any():
        return False
    sure = True
    for rule in problem.rules:
        match rule:
            case Exclusion(a=a, b=b, topology=t):
                first = per_domain(problem.topologies[t], counts[a])
                second = per_domain(problem.topologies[t], counts[b])
                if (first > 1).any() if a == b else ((first > 0) & (second > 0)).any():
                    return False
            case Spread():
                if not even(problem, rule, counts):
                    return False
            case Together(groups=groups, topology=t):
                if np.count_nonzero(per_domain(problem.topologies[t], counts[list(groups)].sum(axis=0))) > 1:
                    return False
            case AtMost(groups=groups, limit=limit):
                if counts[list(groups)].sum() > limit:
                    return False
            case Supply(groups=groups, takes=takes, reach=reach, limit=limit):
                if sum(int(counts[g][reach].sum()) * k for g, k in zip(groups, takes, strict=True)) > limit:
                    return False
            case Floor():
                if not reaches(rule, counts):
                    return False
            case Attraction(group=g):
                sure = sure and not counts[g].any()
            case _:
                pass
    return True if sure else None


def reaches(rule: Floor, counts: Ints) -> bool:
    """Whether pods weigh as much as was asked for."""
    return int((rule.weights * counts).sum()) >= rule.least


def per_domain(topology: Topology, counts: Ints) -> Ints:
    """The pods in each domain."""
    inside = topology.domain >= 0
    found = np.bincount(topology.domain[inside], weights=counts[inside], minlength=len(topology.names))
    return found.astype(np.int64)


def even(problem: Problem, rule: Spread, counts: Ints) -> bool:
    """Whether a spread holds for the pods of its group."""
    topology = problem.topologies[rule.topology]
    included = np.where(rule.included, counts[list(rule.counted)].sum(axis=0), 0)
    held = per_domain(topology, included) + rule.running
    domains = distinct(topology.domain[rule.included & (topology.domain >= 0)])
    least = int(held[domains].min(initial=np.iinfo(np.int64).max)) if len(domains) >= rule.min_domains else 0
    mine = topology.domain[counts[rule.group] > 0]
    return bool((held[mine] - least <= rule.max_skew).all()) if len(mine) else True


def _left(problem: Problem, counts: Ints) -> Ints:
    capacity = problem.capacity.copy()
    for rule in problem.of(SharedMount):
        here: Mask = counts[list(rule.groups)].sum(axis=0) > 0
        here[sorted(rule.mounted)] = False
        capacity[here, rule.resource] -= rule.units
    return capacity
