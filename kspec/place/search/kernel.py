"""Packing a few nodes anew, exactly."""

from __future__ import annotations

import numpy as np

from kspec.place.distinct import distinct
from kspec.place.problem import Ints, Mask
from kspec.place.search.state import State
from kspec.solve.script import Script, Term
from kspec.solve.session import solve

_EFFORT = 60_000
_STEP = 20_000  # solver units that weigh as much as one trade


def repack(state: State, site: int, size: int, random: np.random.Generator) -> int:
    """Redistribute the pods of an overloaded node and of a few emptier ones. Answers what it cost, in trades.

    Pods of groups under wide rules stay in their cell, frozen pods on their node.
    """
    sites = _chosen(state, site, size, random)
    if len(sites) < 2 or (state.used[sites].sum(axis=0) > state.capacity[sites].sum(axis=0)).any():
        return 1
    loose = np.where(state.frozen[None, :], 0, state.on[sites] - np.minimum(state.floor, state.on[sites]))
    script = Script()
    items = _items(state, sites, loose)
    for index, (group, count, here) in enumerate(items):
        _declare(script, index, count, here, int(state.cap[group] - state.floor[group]))
    _rows(state, script, sites, loose, items)
    outcome = solve(script.text, effort=_EFFORT)
    if outcome.sat:
        for position, n in enumerate(sites.tolist()):
            for g in np.flatnonzero(loose[position]).tolist():
                state.add(n, g, -int(loose[position, g]))
        for name, value in outcome.values.items():
            if value is True:
                index, position = (int(part) for part in name[1:].split("_")[:2])
                state.add(int(sites[position]), items[index][0], 1)
    return 1 + outcome.effort // _STEP


Item = tuple[int, int, list[int]]


def _chosen(state: State, site: int, size: int, random: np.random.Generator) -> Ints:
    """The node and some others that could take its pods, emptier ones more likely."""
    here = np.flatnonzero(state.on[site])
    near: Mask = np.asarray(state.allowed[:, here].any(axis=1))
    if random.random() < 0.5:
        near &= state.wide.cell == state.wide.cell[site]
    near[site] = False
    others = np.flatnonzero(near)
    slack = (np.maximum(0, state.capacity - state.used) * state.inverse)[others].sum(axis=1) + 0.03
    order = np.argsort(-slack * random.random(len(others)), kind="stable")
    return np.array([site, *others[order[: size - 1]].tolist()], dtype=np.int64)


def _items(state: State, sites: Ints, loose: Ints) -> list[Item]:
    """Groups with how many pods are to be placed and on which of the sites; ruled groups once per cell."""
    items: list[Item] = []
    for g in np.flatnonzero(loose.sum(axis=0)).tolist():
        open_sites = [p for p, n in enumerate(sites.tolist()) if state.allowed[n, g]]
        if not state.wide.ruled[g]:
            items.append((g, int(loose[:, g].sum()), open_sites))
            continue
        cells = state.wide.cell[sites]
        for cell in distinct(cells).tolist():
            count = int(loose[cells == cell, g].sum())
            if count:
                items.append((g, count, [p for p in open_sites if cells[p] == cell]))
    return items


def _declare(script: Script, index: int, count: int, here: list[int], cap: int) -> None:
    bits: list[Term] = []
    for position in here:
        for t in range(1, min(count, cap) + 1):
            bits.append((1, script.boolean(f"b{index}_{position}_{t}")))
            if t > 1:
                script.clause([f"(not b{index}_{position}_{t})", f"b{index}_{position}_{t - 1}"])
    script.at_least(count, bits)
    script.at_most(count, bits)


def _rows(state: State, script: Script, sites: Ints, loose: Ints, items: list[Item]) -> None:
    """Capacity of each node, and groups that cannot share it."""
    kept = state.used[sites] - loose @ state.request
    for position, n in enumerate(sites.tolist()):
        here = [
            (i, g, min(count, int(state.cap[g] - state.floor[g])))
            for i, (g, count, at) in enumerate(items)
            if position in at
        ]
        for r in range(state.request.shape[1]):
            terms = [
                (int(state.request[g, r]), f"b{i}_{position}_{t}") for i, g, most in here for t in range(1, most + 1)
            ]
            script.at_most(int(state.capacity[n, r] - kept[position, r]), terms)
        fixed = state.on[n] - loose[position]
        for i, g, _ in here:
            foes = set(state.foes[g].tolist())
            if any(fixed[f] > 0 for f in foes):
                script.clause([f"(not b{i}_{position}_1)"])
            for j, h, _ in here:
                if j > i and h in foes:
                    script.clause([f"(not b{i}_{position}_1)", f"(not b{j}_{position}_1)"])
