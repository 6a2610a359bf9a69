"""Packing whole pods onto single nodes: big and awkward ones first, each to the nodes that feel it least."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.place.problem import Attraction, Ints, Mask, Problem, Supply, Together
from kspec.place.relax.classes import NodeClass
from kspec.place.search.state import Floats, State

_STEEPNESS = 6.0  # of the cost exp(6 x load): high enough to keep nodes even, low enough to tell them apart
_SCARCE = 0.25  # share of a class from which on a resource decides where pods go


def daemons(state: State) -> None:
    """Every daemon on every node that it must be on."""
    for g in np.flatnonzero(state.problem.everywhere).tolist():
        for n in np.flatnonzero(state.problem.must[g]).tolist():
            state.add(n, g, 1)


def least_counts(state: State) -> None:
    """Where a spread over single nodes needs pods on every node, those come first."""
    for g in np.flatnonzero(state.floor > 0).tolist():
        for n in np.flatnonzero(state.allowed[:, g]).tolist():
            state.place(n, g, int(state.floor[g]))


def anchored(state: State, plan: Ints, classes: Sequence[NodeClass]) -> None:
    """Groups whose pods stay where they are put: those that need one node, a volume's nodes, or company on a node."""
    problem = state.problem
    one_node = {g for rule in problem.of(Together) for g in rule.groups}
    needy = {r.group: r for r in problem.of(Attraction) if any(problem.topologies[t].per_site for t in r.topologies)}
    order = sorted(np.flatnonzero(state.frozen & ~problem.everywhere).tolist(), key=lambda g: (g in needy, g))
    for g in order:
        reach = _supplied(state, g)
        rule = needy.get(g)
        if g in one_node or (rule is not None and rule.bootstraps and rule.matching == {g}):
            _all_on_one(state, g)
        while state.left[g] > 0:
            open_sites = state.open_to(g) & state.fits(g) & reach(state)
            if rule is not None:
                open_sites &= _in_company(state, rule)
            candidates = _planned_first(state, g, np.flatnonzero(open_sites), plan, classes)
            if not len(candidates):
                break
            state.place(int(candidates[0]), g)
            if not state.wide.hold((g,)):
                state.place(int(candidates[0]), g, -1)
                alternatives = [n for n in candidates[1:].tolist() if _try(state, n, g)]
                if not alternatives:
                    break


def _try(state: State, site: int, group: int) -> bool:
    """Place a pod unless that breaks a wide rule."""
    state.place(site, group)
    if state.wide.hold((group,)):
        return True
    state.place(site, group, -1)
    return False


def _all_on_one(state: State, g: int) -> None:
    count = int(state.left[g])
    asking = state.request[g] > 0
    room = state.capacity[:, asking] - state.used[:, asking] - count * state.request[g][asking]
    fits = state.open_to(g) & (room >= 0).all(axis=1) & (state.cap[g] >= count)
    candidates = np.flatnonzero(fits)
    if count and len(candidates):
        loads = (state.used * state.inverse)[candidates].max(axis=1)
        state.place(int(candidates[int(np.argmin(loads))]), g, count)


class _supplied:
    """The sites where the free volumes that a group takes are not used up."""

    def __init__(self, state: State, group: int) -> None:
        self.rules = [r for r in state.problem.of(Supply) if group in r.groups]
        self.group = group

    def __call__(self, state: State) -> Mask:
        out: Mask = np.ones(state.sites, dtype=bool)
        for rule in self.rules:
            takes = dict(zip(rule.groups, rule.takes, strict=True))
            taken = sum(int(state.on[rule.reach, g].sum()) * k for g, k in takes.items())
            if taken + takes[self.group] > rule.limit:
                out &= ~rule.reach
        return out


def _in_company(state: State, rule: Attraction) -> Mask:
    """The sites in whose domains each term has a supporter; before any supporter is there, all sites."""
    out: Mask = np.ones(state.sites, dtype=bool)
    matching = sorted(rule.matching)
    if rule.bootstraps and not state.on[:, matching].any():
        return out
    for t, seeds in zip(rule.topologies, rule.seeded, strict=True):
        domain = state.problem.topologies[t].domain
        with_company = set(domain[state.on[:, matching].any(axis=1)].tolist()) | seeds
        out &= np.isin(domain, sorted(with_company - {-1}))
    return out


def _planned_first(state: State, g: int, sites: Ints, plan: Ints, classes: Sequence[NodeClass]) -> Ints:
    """Sites of classes that the plan wants filled first, then the emptier ones."""
    short = np.zeros(state.sites)
    for c in classes:
        inside = list(c.sites)
        short[inside] = plan[g, c.index] - state.on[inside, g].sum()
    load = (state.used * state.inverse).max(axis=1)
    return sites[np.lexsort((load[sites], short[sites] <= 0))]


def pack(state: State, plan: Ints, classes: Sequence[NodeClass]) -> None:
    """Pack each class with what the plan gives it."""
    for c in classes:
        sites = np.array(c.sites)
        wanted = np.where(state.frozen, 0, plan[:, c.index] - state.on[sites].sum(axis=0))
        _pack_class(state, sites, np.minimum(np.maximum(wanted, 0), state.left))


def _pack_class(state: State, sites: Ints, wanted: Ints) -> None:
    capacity = np.maximum(1, state.capacity[sites]).mean(axis=0)
    share = (state.request * wanted[:, None]).sum(axis=0) / (capacity * len(sites))
    scarce = np.where(share > _SCARCE, share, 0) if share.max(initial=0) > _SCARCE else share
    weight = np.where(state.capacity[sites].max(axis=0) > 0, scarce, 0) + 1e-3
    for g in _by_size(state, wanted, capacity, weight, len(sites)):
        _pack_group(state, sites, g, int(wanted[g]), weight)


def _by_size(state: State, wanted: Ints, capacity: Floats, weight: Floats, sites: int) -> list[int]:
    """The hardest groups first: large, rare resources, one a node, many foes."""
    groups = np.flatnonzero(wanted > 0)
    size = (state.request[groups] / capacity * weight).sum(axis=1)
    rare = np.flatnonzero((state.capacity > 0).mean(axis=0) < 0.5)
    foes = np.array([np.count_nonzero(wanted[state.foes[g]]) for g in groups])
    key = size + 3 * (state.request[np.ix_(groups, rare)] > 0).any(axis=1) + 0.25 * np.minimum(foes, 2)
    key = key + 0.3 * np.where(state.cap[groups] == 1, wanted[groups] / sites, 0)
    ordered: list[int] = groups[np.argsort(-key, kind="stable")].tolist()
    return ordered


def _pack_group(state: State, sites: Ints, g: int, count: int, weight: Floats) -> None:
    """One pod a node and round, on the nodes where the cost rises least."""
    request, asking = state.request[g], state.request[g] > 0
    felt = weight > min(0.01, weight.max() / 2)
    while count > 0:
        room = (state.used[np.ix_(sites, asking)] + request[asking] <= state.capacity[np.ix_(sites, asking)]).all(
            axis=1
        )
        inside = state.allowed[sites, g] & (state.clash[sites, g] == 0) & (state.on[sites, g] < state.cap[g]) & room
        candidates = sites[inside]
        if not len(candidates):
            return
        load = (state.used[candidates] * state.inverse[candidates])[:, felt]
        step = (request * state.inverse[candidates])[:, felt]
        rise = (weight[felt] * (np.exp(_STEEPNESS * (load + step - 1)) - np.exp(_STEEPNESS * (load - 1)))).sum(axis=1)
        chosen = candidates[np.argsort(rise, kind="stable")[:count]]
        state.place_each(chosen, g)
        count -= len(chosen)


def fill(state: State, plan_cells: Ints) -> None:
    """Place leftovers that fit directly; pods under wide rules only in cells still below their planned total."""
    left = np.flatnonzero((state.left > 0) & ~state.frozen)
    for g in sorted(left.tolist(), key=lambda g: -float((state.request[g] * state.inverse.max(axis=0)).max())):
        while state.left[g] > 0:
            sites = np.flatnonzero(state.open_to(g) & state.fits(g) & short_cells(state, g, plan_cells))
            if not len(sites):
                break
            rare = state.capacity[sites][:, state.request[g] == 0]
            wasted = (rare > 0).sum(axis=1) if rare.size else np.zeros(len(sites))
            load = ((state.used[sites] + state.request[g]) * state.inverse[sites]).max(axis=1)
            state.place(int(sites[np.lexsort((load, wasted))[0]]), g)


def short_cells(state: State, g: int, plan_cells: Ints) -> Mask:
    """The sites of cells where a group under wide rules has fewer pods than planned; everywhere for other groups."""
    if not state.wide.ruled[g]:
        out: Mask = np.ones(state.sites, dtype=bool)
        return out
    have = np.bincount(state.wide.cell, weights=state.on[:, g], minlength=plan_cells.shape[1])
    short: Mask = (have < plan_cells[g])[state.wide.cell]
    return short


def cell_totals(problem: Problem, plan: Ints, classes: Sequence[NodeClass], cells: Ints) -> Ints:
    """The planned pods per group and cell."""
    totals: Ints = np.zeros((len(problem.groups), int(cells.max(initial=0)) + 1), dtype=np.int64)
    for c in classes:
        totals[:, cells[c.sites[0]]] += plan[:, c.index]
    return totals
