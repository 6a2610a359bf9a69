"""Rows about room: replicas, resources per class, what single nodes can hold, and what fragmentation takes away."""

from __future__ import annotations

import numpy as np

from kspec.place.problem import Barrier, Floor, Problem
from kspec.place.relax.classes import NodeClass
from kspec.place.relax.rows import Relaxation

_SUBSET_LIMIT = 100_000
_PARTS = (1, 2, 3)


def replicas(relaxation: Relaxation) -> None:
    """Every group has its pods, and no more."""
    problem = relaxation.problem
    for g, group in enumerate(problem.groups):
        if group.everywhere:
            for c in relaxation.classes:
                sure = sum(1 for n in c.sites if problem.must[g, n] and not problem.optional[n])
                if sure:
                    terms = relaxation.pods(g, (c.index,), -1)
                    meaning = f"{group.label} on each node of {problem.nodesets[c.nodeset].name}"
                    relaxation.require(terms, -sure, (group.replicas,), meaning)
        else:
            everywhere = range(len(relaxation.classes))
            relaxation.require(
                relaxation.pods(g, everywhere, -1), -group.count, (group.replicas,), f"pods of {group.label}"
            )
            relaxation.require(relaxation.pods(g, everywhere), group.count, (), f"no more pods of {group.label}")


def capacity(relaxation: Relaxation) -> None:
    """What a class has of each resource, counted only as far as requests can use it up."""
    problem = relaxation.problem
    for c in relaxation.classes:
        nodeset = problem.nodesets[c.nodeset]
        here = np.flatnonzero(relaxation.open[:, c.index])
        most = relaxation.holds[:, list(c.sites)].sum(axis=1)
        most = np.where(problem.everywhere, most, np.minimum(most, problem.counts))
        for r, name in enumerate(problem.resources):
            asking = [int(g) for g in here if problem.request[g, r]]
            needs = problem.request[asking, r]
            available = problem.capacity[list(c.sites), r]
            idle = int((needs * most[asking]).sum()) <= int(available.sum())
            if not asking or (idle and not relaxation.thorough):
                continue
            terms = [(int(q), relaxation.variable(g, c.index)) for g, q in zip(asking, needs, strict=True)]
            usable = _usable(problem, c, r, needs.tolist())
            stated = (nodeset.resources[r], nodeset.nodes)
            relaxation.require(terms, usable, stated, f"{name} of {nodeset.name}")
            _fragments(relaxation, c, r, asking, most)


def _usable(problem: Problem, c: NodeClass, r: int, needs: list[int]) -> int:
    """The sum over sites of the largest amount that these requests can add up to; daemons come off optional sites."""
    overhead = int(problem.request[problem.everywhere & problem.must[:, c.sites[0]], r].sum()) if c.optional else 0
    reachable: dict[int, int] = {}
    total = 0
    for n in c.sites:
        amount = int(problem.capacity[n, r]) - (overhead if n in c.optional else 0)
        if amount not in reachable:
            reachable[amount] = largest_sum(needs, amount)
        total += reachable[amount]
    return total


def largest_sum(parts: list[int], limit: int) -> int:
    """The largest sum of any number of these parts that does not exceed the limit."""
    scale = np.gcd.reduce(parts)
    top = limit // int(scale)
    if top <= 0 or top > _SUBSET_LIMIT:
        return max(0, top * int(scale))
    mask, reach = (1 << (top + 1)) - 1, 1
    for part in {p // int(scale) for p in parts}:
        step = part
        while step <= top:
            reach |= (reach << step) & mask
            step *= 2
    return (reach.bit_length() - 1) * int(scale)


def _fragments(relaxation: Relaxation, c: NodeClass, r: int, asking: list[int], most: np.ndarray) -> None:
    """Rounded requests: of parts larger than 1/(k+1) of a node, a node holds k at most (dual feasible functions)."""
    problem, nodeset = relaxation.problem, relaxation.problem.nodesets[c.nodeset]
    amounts = set(problem.capacity[list(c.sites), r].tolist())
    if len(amounts) != 1:
        return
    (whole,) = amounts
    for k in _PARTS:
        terms = []
        for g in asking:
            scaled = (k + 1) * int(problem.request[g, r])
            if whole == 0 or scaled % whole == 0:
                return
            if scaled // whole:
                terms.append((scaled // whole, relaxation.variable(g, c.index), int(most[g])))
        if sum(weight * count for weight, _, count in terms) > k * c.size:
            stated = (nodeset.resources[r], nodeset.nodes)
            meaning = f"large {problem.resources[r]} requests on {nodeset.name}"
            relaxation.require([(w, v) for w, v, _ in terms], k * c.size, stated, meaning)


def single_nodes(relaxation: Relaxation) -> None:
    """What a group can have in a class, node by node: by the scarcest resource, or one pod a node."""
    problem = relaxation.problem
    for c in relaxation.classes:
        for g in np.flatnonzero(relaxation.open[:, c.index] & ~problem.everywhere).tolist():
            wanted = int(problem.counts[g])
            limits = _limits(relaxation, c, g)
            least = min(limit for limit, _, _ in limits)
            nodeset = problem.nodesets[c.nodeset]
            for limit, requirement, why in limits:
                binds = limit < wanted or (relaxation.thorough and g in relaxation.lone)
                if binds and (relaxation.explaining or limit == least):
                    meaning = f"{problem.groups[g].label} on {nodeset.name}: {why}"
                    stated = (requirement, nodeset.nodes) if limit else (requirement,)
                    relaxation.require(relaxation.pods(g, (c.index,)), limit, stated, meaning)


def _limits(relaxation: Relaxation, c: NodeClass, g: int) -> list[tuple[int, int, str]]:
    """How many pods of a group fit into a class, by each resource alone and by keeping apart."""
    problem, sites = relaxation.problem, list(c.sites)
    allowed, wanted = relaxation.allowed[g, sites], int(problem.counts[g])
    limits: list[tuple[int, int, str]] = []
    for r in np.flatnonzero(problem.request[g]).tolist():
        fits = problem.capacity[sites, r] // problem.request[g, r]
        requirement = problem.nodesets[c.nodeset].resources[r]
        limits.append((int(fits[allowed].clip(max=wanted).sum()), requirement, f"{problem.resources[r]} of each node"))
    if relaxation.alone[g, sites].all():
        limits.append((int(allowed.sum()), relaxation.lone[g].requirement, "one a node"))
    return limits


def barriers(relaxation: Relaxation) -> None:
    """When explaining: what barriers leave of a class to a group."""
    problem = relaxation.problem
    for rule in problem.of(Barrier) if relaxation.explaining else ():
        g, group = rule.group, problem.groups[rule.group]
        shut = []
        for c in relaxation.classes:
            left = rule.allowed[list(c.sites)]
            if not left.any():
                shut.append(c.index)
            elif not left.all() and not group.everywhere:
                bound = int(problem.room[g, list(c.sites)][left].sum())
                nodeset = problem.nodesets[c.nodeset]
                sizes = [nodeset.resources[r] for r in np.flatnonzero(problem.request[g]).tolist()]
                stated = (rule.requirement, nodeset.nodes, *sizes)
                relaxation.require(relaxation.pods(g, (c.index,)), bound, stated, f"{group.label} on {nodeset.name}")
        relaxation.require(relaxation.pods(g, shut), 0, (rule.requirement,), f"{group.label} kept away")


def floors(relaxation: Relaxation) -> None:
    """What a question asks pods to come to. Daemons that nobody counts here are taken to give all they can."""
    problem = relaxation.problem
    for rule in problem.of(Floor):
        terms: list[tuple[int, str]] = []
        uncounted = 0
        for g in np.flatnonzero(rule.weights.any(axis=1)).tolist():
            for c in relaxation.classes:
                sites = list(c.sites)
                most = int(rule.weights[g, sites].max())
                if problem.everywhere[g] and c.optional:
                    uncounted += int(np.maximum(rule.weights[g, sites], 0)[problem.must[g, sites]].sum())
                elif most:
                    terms += relaxation.pods(g, (c.index,), -most)
        relaxation.require(terms, uncounted - rule.least, (rule.requirement,), "what was asked")
