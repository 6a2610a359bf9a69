"""Rows about topology spread."""

from __future__ import annotations

import numpy as np

from kspec.place.problem import Problem, Spread
from kspec.place.relax.company import classes_in
from kspec.place.relax.rows import Choice, Relaxation, Row, Terms


def spread(relaxation: Relaxation) -> None:
    """Counts of domains stay within the skew."""
    for rule in relaxation.problem.of(Spread):
        if relaxation.elastic.intersection(rule.counted):
            continue
        if relaxation.problem.topologies[rule.topology].per_site:
            _over_nodes(relaxation, rule)
        else:
            _over_domains(relaxation, rule)


def _domains(problem: Problem, rule: Spread) -> tuple[list[int], list[int]]:
    """The domains that are there for certain, and those that may be."""
    domain = problem.topologies[rule.topology].domain
    sure = sorted({int(d) for d in domain[rule.included & ~problem.optional]})
    maybe = sorted({int(d) for d in domain[rule.included & problem.optional]} - set(sure))
    return sure, maybe


def _over_domains(relaxation: Relaxation, rule: Spread) -> None:
    problem, topology = relaxation.problem, relaxation.problem.topologies[rule.topology]
    sure, maybe = _domains(problem, rule)
    counted = {d: _counted(relaxation, rule, classes_in(relaxation, topology, d)) for d in (*sure, *maybe)}
    own = rule.counted == (rule.group,) and not rule.running.any()
    for d in (*sure, *maybe):
        mine = relaxation.pods(rule.group, classes_in(relaxation, topology, d))
        if not mine:
            continue
        least = [None] if len(sure) + len(maybe) < rule.min_domains else [o for o in sure if o != d]
        if len(sure) < rule.min_domains <= len(sure) + len(maybe):
            least = []
        for other in least:
            away: Terms = ()
            if other is not None:
                there = classes_in(relaxation, topology, other)
                away = tuple((-w, v) for w, v in _counted(relaxation, rule, there, partly=True))
            bound = rule.max_skew - int(rule.running[d]) + (int(rule.running[other]) if other is not None else 0)
            row = Row((*counted[d], *away), bound, (rule.requirement,), f"skew over {topology.key}")
            if own:
                relaxation.rows.append(row)
            else:
                none = Row(tuple(mine), 0, (), "").formula
                relaxation.choices.append(Choice((none, row.formula), (rule.requirement,)))
    if own and not maybe and len(sure) >= rule.min_domains:
        _rounded(relaxation, rule, sure, counted)


def _counted(relaxation: Relaxation, rule: Spread, classes: list[int], *, partly: bool = False) -> Terms:
    """The pods that count, in classes of which all sites (or `partly`, some) are included."""
    included = {c: rule.included[list(relaxation.classes[c].sites)] for c in classes}
    inside = [c for c in classes if (included[c].any() if partly else included[c].all())]
    return tuple(t for g in rule.counted for t in relaxation.pods(g, inside))


def _rounded(relaxation: Relaxation, rule: Spread, domains: list[int], counted: dict[int, Terms]) -> None:
    """With whole pods: `n` replicas over `d` domains within skew `k` leave each between two whole numbers."""
    group = relaxation.problem.groups[rule.group]
    if group.everywhere or len(domains) < 2:
        return
    n, d, k = group.count, len(domains), rule.max_skew
    low, high = -((-(n - (d - 1) * k)) // d), (n + (d - 1) * k) // d
    stated = (rule.requirement, group.replicas)
    excluded = [c.index for c in relaxation.classes if not rule.included[list(c.sites)].all()]
    outside = relaxation.pods(rule.group, excluded)
    for domain in domains:
        relaxation.require(counted[domain], high, (rule.requirement,), f"most of {group.label} in a domain")
        if low > 0:
            away = [(-w, v) for w, v in (*counted[domain], *outside)]
            relaxation.require(away, -low, stated, f"least of {group.label} in a domain")


def _over_nodes(relaxation: Relaxation, rule: Spread) -> None:
    """Over single nodes, where only the group itself counts: each has the least count and the skew at most."""
    problem, group = relaxation.problem, relaxation.problem.groups[rule.group]
    if rule.counted != (rule.group,) or rule.running.any() or group.everywhere:
        return
    sure = rule.included & ~problem.optional
    shut = bool((sure & ~problem.allowed[rule.group]).any())
    few = int(sure.sum()) < rule.min_domains
    least = 0 if shut or few else group.count // max(1, int(sure.sum()))
    for c in relaxation.classes:
        sites = list(c.sites)
        terms = relaxation.pods(rule.group, (c.index,))
        allowed = int(np.count_nonzero(relaxation.allowed[rule.group, sites]))
        if terms and rule.included[sites].all() and (shut or not few or int(rule.included.sum()) < rule.min_domains):
            stated = [rule.requirement, problem.nodesets[c.nodeset].nodes]
            if shut:
                stated += _barriers(problem, rule.group)
            bound = (least + rule.max_skew) * allowed
            relaxation.require(terms, bound, stated, f"{group.label} on each node of a class")


def _barriers(problem: Problem, group: int) -> list[int]:
    """The requirements that shut sites to a group."""
    from kspec.place.problem import Barrier

    shutting = [r.requirement for r in problem.of(Barrier) if r.group == group]
    sizes = [s.resources[r] for s in problem.nodesets for r in np.flatnonzero(problem.request[group]).tolist()]
    return [*shutting, *sizes]
