"""Rows about pods among pods: apart, near, together, few, and the volumes they compete for."""

from __future__ import annotations

from math import lcm

import numpy as np

from kspec.place.problem import AtMost, Attraction, Exclusion, Problem, Supply, Together, Topology
from kspec.place.relax.classes import NodeClass
from kspec.place.relax.rows import Choice, Relaxation
from kspec.solve.script import total


def classes_in(relaxation: Relaxation, topology: Topology, domain: int) -> list[int]:
    """The classes in a domain of a topology that does not divide classes."""
    return [c.index for c in relaxation.classes if int(topology.domain[c.sites[0]]) == domain]


def apart(relaxation: Relaxation) -> None:
    """Anti-affinity and host ports: cliques of groups on single nodes, choices in wider domains."""
    problem = relaxation.problem
    wide = [r for r in problem.of(Exclusion) if not problem.topologies[r.topology].per_site]
    for rule in wide:
        topology = problem.topologies[rule.topology]
        for domain in range(len(topology.names)):
            here = classes_in(relaxation, topology, domain)
            a, b = relaxation.pods(rule.a, here), relaxation.pods(rule.b, here)
            if rule.a == rule.b:
                meaning = f"one pod of {problem.groups[rule.a].label} in {topology.names[domain]}"
                relaxation.require(a, 1, (rule.requirement,), meaning)
            elif a and b:
                relaxation.choices.append(Choice((_none(a), _none(b)), (rule.requirement,)))
    conflicts = _conflicts(problem)
    if conflicts:
        for c in relaxation.classes:
            _cliques(relaxation, c, conflicts)


def _none(terms: list[tuple[int, str]]) -> str:
    return f"(<= {total(terms)} 0)"


def _conflicts(problem: Problem) -> dict[int, dict[int, int]]:
    """Per group the groups that it cannot share a node with, and the requirement that says so."""
    found: dict[int, dict[int, int]] = {}
    for rule in problem.of(Exclusion):
        topology = problem.topologies[rule.topology]
        if rule.a != rule.b and topology.per_site and (topology.domain >= 0).all():
            found.setdefault(rule.a, {})[rule.b] = rule.requirement
            found.setdefault(rule.b, {})[rule.a] = rule.requirement
    return found


def _cliques(relaxation: Relaxation, c: NodeClass, conflicts: dict[int, dict[int, int]]) -> None:
    """Of groups that exclude each other, the nodes that each needs add up to those there are."""
    here = [g for g in sorted(conflicts) if relaxation.open[g, c.index]]
    covered: set[tuple[int, int]] = set()
    for first in here:
        for second in sorted(conflicts[first].keys() & set(here)):
            if (first, second) in covered or second < first:
                continue
            clique = [first, second]
            for other in here:
                if other not in clique and all(other in conflicts[g] for g in clique):
                    clique.append(other)
            covered |= {(a, b) for a in clique for b in clique}
            _clique(relaxation, c, sorted(clique), conflicts)


def _clique(relaxation: Relaxation, c: NodeClass, clique: list[int], conflicts: dict[int, dict[int, int]]) -> None:
    problem, nodeset, sites = relaxation.problem, relaxation.problem.nodesets[c.nodeset], list(c.sites)
    most = [max(1, int(relaxation.holds[g, sites].max())) for g in clique]
    whole = lcm(*most)
    if whole > 10**6:
        return
    stated = [conflicts[a][b] for i, a in enumerate(clique) for b in clique[:i]]
    for g in clique:
        if relaxation.alone[g, sites].all():
            stated.append(relaxation.lone[g].requirement)
        else:
            stated += [nodeset.resources[r] for r in np.flatnonzero(problem.request[g]).tolist()]
    terms = [(whole // m, relaxation.variable(g, c.index)) for g, m in zip(clique, most, strict=True)]
    meaning = f"nodes of {nodeset.name} for pods that keep apart"
    relaxation.require(terms, whole * c.size, [*stated, nodeset.nodes], meaning)


def near(relaxation: Relaxation) -> None:
    """Pod affinity: a domain without supporters has no pods, but for the one where the first pod came."""
    for rule in relaxation.problem.of(Attraction):
        if rule.matching & relaxation.elastic:
            continue
        for index, t in enumerate(rule.topologies):
            topology = relaxation.problem.topologies[t]
            if not topology.per_site:
                _near(relaxation, rule, index, topology)
        if rule.bootstraps and rule.matching == {rule.group}:
            _all_in_one(relaxation, rule)


def _near(relaxation: Relaxation, rule: Attraction, index: int, topology: Topology) -> None:
    starts: list[str] = []
    for domain in range(len(topology.names)):
        here = classes_in(relaxation, topology, domain)
        mine = relaxation.pods(rule.group, here)
        if not mine or domain in rule.seeded[index]:
            continue
        theirs = [t for g in sorted(rule.matching - {rule.group}) for t in relaxation.pods(g, here)]
        options = [_none(mine)]
        if theirs:
            options.append(f"(>= {total(theirs)} 1)")
        if rule.bootstraps:
            start = f"i{rule.group}_{index}_{domain}"
            relaxation.declared.append(f"(declare-const {start} Bool)")
            starts.append(start)
            options.append(start)
        relaxation.choices.append(Choice(tuple(options), (rule.requirement,)))
    if len(starts) > 1:
        relaxation.declared.append(f"(assert ((_ at-most 1) {' '.join(starts)}))")


def _all_in_one(relaxation: Relaxation, rule: Attraction) -> None:
    """Pods that support only each other share one domain; on single nodes, one node holds them all."""
    problem = relaxation.problem
    if any(problem.topologies[t].per_site for t in rule.topologies):
        nodes = [s.nodes for s in problem.nodesets]
        _in_one_node(relaxation, rule.group, [rule.requirement, *nodes])


def _in_one_node(relaxation: Relaxation, group: int, requirements: list[int]) -> None:
    problem = relaxation.problem
    most = int(relaxation.holds[group].max(initial=0))
    stated = [s.resources[r] for s in problem.nodesets for r in np.flatnonzero(problem.request[group]).tolist()]
    if group in relaxation.lone:
        stated.append(relaxation.lone[group].requirement)
    if most < problem.counts[group]:
        terms = relaxation.pods(group, range(len(relaxation.classes)))
        meaning = f"{problem.groups[group].label} on one node"
        relaxation.require(terms, most, [*requirements, *stated], meaning)


def together(relaxation: Relaxation) -> None:
    """Users of a volume that one node mounts; users of one that a single pod may have; takers of free volumes."""
    problem = relaxation.problem
    for rule in problem.rules:
        match rule:
            case Together(requirement=requirement, groups=groups, topology=t) if problem.topologies[t].per_site:
                for g in groups:
                    if not problem.everywhere[g]:
                        _in_one_node(relaxation, g, [requirement])
            case AtMost(requirement=requirement, groups=groups, limit=limit):
                everywhere = range(len(relaxation.classes))
                users = [t for g in groups for t in relaxation.pods(g, everywhere)]
                relaxation.require(users, limit, (requirement,), "pods that may use the claim")
            case Supply():
                _supply(relaxation, rule)
            case _:
                pass


def _supply(relaxation: Relaxation, rule: Supply) -> None:
    """Classes that lie wholly inside the region count; pods elsewhere may be outside it."""
    inside = [c.index for c in relaxation.classes if rule.reach[list(c.sites)].all()]
    taken = [t for g, k in zip(rule.groups, rule.takes, strict=True) for t in relaxation.pods(g, inside, k)]
    relaxation.require(taken, rule.limit, (rule.requirement,), "free volumes")
