"""Repairing an overloaded packing: every pod gets a node, then nodes trade pods until nothing is overloaded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from kspec.place.distinct import distinct
from kspec.place.problem import Ints, Mask
from kspec.place.search.packing import short_cells
from kspec.place.search.state import Floats, State

_SAMPLE = 48  # nodes looked at per trade
_PAIRS = (30, 14)  # pairs of pods considered on the overloaded node, and on each other one
_TRIES = 4  # best trades tried before a node's weight is raised
_GAIN = 2e-6
_TIGHT = 0.4  # share of a resource from which on trades weigh it; others are just not exceeded
_FORBIDDEN = 1e9


def force(state: State, plan_cells: Ints, random: np.random.Generator) -> bool:
    """Put every pod that is left onto the node with the least added overload; pods that clash there come back.

    Barriers, pods per node and planned cells stay hard. False where some pod found no node.
    """
    order = sorted(np.flatnonzero(state.left > 0).tolist(), key=lambda g: (-float(_size(state, g)), g))
    queue = deque(g for g in order for _ in range(int(state.left[g])))
    annoyance = np.zeros(state.groups)
    tries = 2000 + 4 * len(queue)
    while queue and tries > 0:
        tries -= 1
        g = queue.popleft()
        inside = state.allowed[:, g] & (state.on[:, g] < state.cap[g]) & short_cells(state, g, plan_cells)
        frozen_foes = state.foes[g][state.frozen[state.foes[g]]]
        if len(frozen_foes):
            inside &= ~(state.on[:, frozen_foes] > 0).any(axis=1)
        sites = np.flatnonzero(inside)
        if not len(sites) or state.frozen[g]:
            if not len(sites) or not queue:
                return False
            queue.append(g)
            continue
        site = int(sites[np.argmin(_harm(state, g, sites, annoyance, random))])
        annoyance[g] += 0.3
        for foe in state.foes[g].tolist():
            count = int(state.on[site, foe])
            if count:
                state.place(site, foe, -count)
                queue.extend([foe] * count)
        state.place(site, g)
    return not queue


def _size(state: State, g: int) -> float:
    return float((state.request[g] * state.inverse.max(axis=0)).max())


def _harm(state: State, g: int, sites: Ints, annoyance: Floats, random: np.random.Generator) -> Floats:
    over = np.maximum(0, state.used[sites] - state.capacity[sites])
    more = np.maximum(0, state.used[sites] + state.request[g] - state.capacity[sites])
    harm: Floats = ((more - over) * state.inverse[sites]).sum(axis=1) + 1e-3 * random.random(len(sites))
    foes = state.foes[g]
    if len(foes):
        harm += (state.on[np.ix_(sites, foes)] * (1 + annoyance[foes])).sum(axis=1)
    return harm


@dataclass(eq=False)
class Trades:
    """Trades of up to two pods against up to two, between an overloaded node and a sample of others."""

    state: State
    random: np.random.Generator
    weight: Floats = field(init=False)
    near: dict[int, Ints] = field(default_factory=dict)
    steps: int = 0

    def __post_init__(self) -> None:
        self.weight = np.ones(self.state.sites)
        demand = (self.state.request * self.state.on.sum(axis=0)[:, None]).sum(axis=0)
        tight = (demand > _TIGHT * self.state.capacity.sum(axis=0)) | (self.state.used > self.state.capacity).any(
            axis=0
        )
        self.felt, self.slack = np.flatnonzero(tight), np.flatnonzero(~tight)
        self.request = np.vstack([self.state.request, np.zeros(len(tight))])[:, self.felt]
        self.floors = bool((self.state.floor > 0).any())

    def improve(self, site: int) -> bool:
        """Make the best trade that lessens the weighted overload; False where none does."""
        state = self.state
        self.steps += 1
        others = self._others(site)
        if not len(others):
            return False
        a, b = self._bundles(site, _PAIRS[0])
        c, d, where = self._bundles_of(others)
        welcome = np.append(state.open_to_all(site), True)
        keep = welcome[c] & welcome[d]
        c, d, where = c[keep], d[keep], where[keep]
        cost = self._costs(site, a, b, c, d, where)
        cost[~self._entry(a, b, where)] = _FORBIDDEN
        cost += 1e-6 * self.random.random(cost.shape)
        for _ in range(_TRIES):
            best = int(np.argmin(cost))
            i, j = divmod(best, cost.shape[1])
            if cost[i, j] >= _GAIN:
                return False
            out, back = [int(g) for g in (a[i], b[i]) if g >= 0], [int(g) for g in (c[j], d[j]) if g >= 0]
            if self._trade(site, int(where[j]), out, back):
                return True
            cost[i, j] = _FORBIDDEN
        return False

    def _others(self, site: int) -> Ints:
        """A sample of nodes that could take one of this node's pods."""
        kind = int(self.state.problem.nodeset_of[site])
        if kind not in self.near:
            here = np.flatnonzero(self.state.on[self.state.problem.nodeset_of == kind].any(axis=0))
            self.near[kind] = np.flatnonzero(self.state.allowed[:, here].any(axis=1))
        candidates: Ints = self.near[kind]
        if len(candidates) > _SAMPLE:
            candidates = distinct(candidates[self.random.integers(0, len(candidates), _SAMPLE)])
        others: Ints = candidates[candidates != site]
        return others

    def _bundles(self, site: int, pairs: int) -> tuple[Ints, Ints]:
        """Single pods and some pairs of pods of a node, as two arrays of groups; -1 is nobody."""
        count = np.where(self.state.frozen, 0, self.state.on[site] - self.state.floor)
        groups = np.flatnonzero(count > 0)
        first, second = np.triu_indices(len(groups), 1)
        twice = groups[count[groups] > 1]
        a, b = np.concatenate([groups[first], twice]), np.concatenate([groups[second], twice])
        if len(a) > pairs:
            chosen = self.random.choice(len(a), pairs, replace=False)
            a, b = a[chosen], b[chosen]
        return np.concatenate([groups, a]), np.concatenate([np.full(len(groups), -1, dtype=np.int64), b])

    def _bundles_of(self, sites: Ints) -> tuple[Ints, Ints, Ints]:
        """For each of several nodes: nobody, single pods and some random pairs; with the node of each."""
        count = np.where(self.state.frozen[None, :], 0, self.state.on[sites] - self.state.floor[None, :])
        row, group = np.nonzero(count > 0)
        many = np.bincount(row, minlength=len(sites))
        start = np.concatenate([[0], np.cumsum(many)[:-1]])
        full = np.flatnonzero(many > 0)
        draws = self.random.random((2, len(full), _PAIRS[1]))
        picked = start[full][None, :, None] + (draws * many[full][None, :, None]).astype(np.int64)
        first, second = picked[0].ravel(), picked[1].ravel()
        at = np.repeat(full, _PAIRS[1])
        apart = (first != second) | (count[at, group[first]] > 1)
        nobody = np.full(len(sites), -1, dtype=np.int64)
        return (
            np.concatenate([nobody, group, group[first[apart]]]),
            np.concatenate([nobody, np.full(len(group), -1, dtype=np.int64), group[second[apart]]]),
            sites[np.concatenate([np.arange(len(sites)), row, at[apart]])],
        )

    def _costs(self, site: int, a: Ints, b: Ints, c: Ints, d: Ints, where: Ints) -> Floats:
        """The change of weighted overload for each bundle of ours against each of theirs."""
        state = self.state
        ours, theirs = self.request[a] + self.request[b], self.request[c] + self.request[d]
        change = theirs[None] - ours[:, None]
        mine, inverse_here = (state.used[site] - state.capacity[site])[self.felt], state.inverse[site, self.felt]
        before = (np.maximum(0, mine) * inverse_here).sum()
        after = np.maximum(0, mine + change) @ inverse_here
        felt = np.ix_(where, self.felt)
        yours, inverse = state.used[felt] - state.capacity[felt], state.inverse[felt]
        before_there = (np.maximum(0, yours) * inverse).sum(axis=1)
        after_there = np.einsum("ijk,jk->ij", np.maximum(0, yours[None] - change), inverse)
        cost: Floats = self.weight[site] * (after - before) + self.weight[where][None] * (after_there - before_there)
        return cost

    def _entry(self, a: Ints, b: Ints, where: Ints) -> Mask:
        """Whether rules about single nodes let our pods enter there."""
        state = self.state
        sites = distinct(where)
        position = np.searchsorted(sites, where)
        welcome = np.ones((len(sites), state.groups + 1), dtype=bool)
        welcome[:, :-1] = state.allowed[sites] & (state.clash[sites] == 0) & (state.on[sites] < state.cap[None, :])
        at = welcome[position]
        out: Mask = (at[:, a] & at[:, b]).T
        return out

    def _trade(self, site: int, other: int, out: list[int], back: list[int]) -> bool:
        """Trade, and undo it where a rule breaks."""
        state = self.state
        self._move(site, other, out, back)
        fine = state.peaceful(site) and state.peaceful(other) and self._room(site) and self._room(other)
        if fine and state.wide.cell[site] != state.wide.cell[other]:
            fine = state.wide.hold([g for g in {*out, *back} if state.wide.ruled[g]])
        if not fine:
            self._move(other, site, out, back)
        return fine

    def _room(self, site: int) -> bool:
        """Whether the resources that trades do not weigh suffice."""
        return bool((self.state.used[site, self.slack] <= self.state.capacity[site, self.slack]).all())

    def _move(self, site: int, other: int, out: list[int], back: list[int]) -> None:
        for g in out:
            self.state.add(site, g, -1)
            self.state.add(other, g, 1)
        for g in back:
            self.state.add(other, g, -1)
            self.state.add(site, g, 1)
