"""The packer's picture of a placement: counts per site and group, what is used, what single nodes forbid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kspec.place.problem import Attraction, Exclusion, Ints, Mask, Problem, Spread, Supply, Together
from kspec.place.search.wide import WideRules

Floats = NDArray[np.float64]
NO_CAP = 2**30


class State:
    """Pods on sites. `on[n, g]` counts; capacity may be exceeded on the way, what `enter` checks may not.

    Amounts are divided by the greatest common divisor of the requests, which is exact and keeps numbers small.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sites, self.groups = len(problem.sites), len(problem.groups)
        scale = np.array([np.gcd.reduce(problem.request[:, r]) or 1 for r in range(len(problem.resources))])
        self.request: Floats = (problem.request // scale).astype(np.float64)
        self.capacity: Floats = (problem.capacity // scale).astype(np.float64)
        self.inverse: Floats = np.where(self.capacity > 0, 1 / np.maximum(self.capacity, 1), 1.0)
        self.used: Floats = np.zeros_like(self.capacity)
        self.on: Ints = np.zeros((self.sites, self.groups), dtype=np.int64)
        self.clash: Ints = np.zeros((self.sites, self.groups), dtype=np.int64)
        self.allowed: Mask = np.ascontiguousarray(problem.allowed.T)
        self.left: Ints = np.where(problem.everywhere, 0, problem.counts)
        self.cap: Ints = np.full(self.groups, NO_CAP, dtype=np.int64)
        self.floor: Ints = np.zeros(self.groups, dtype=np.int64)
        self.frozen: Mask = problem.everywhere.copy()
        self.foes: list[Ints] = self._foes()
        self._caps()
        self._freeze()
        self.wide = WideRules(problem)

    def _foes(self) -> list[Ints]:
        """Per group, the groups that it cannot share a node with."""
        found: list[set[int]] = [set() for _ in range(self.groups)]
        for rule in self.problem.of(Exclusion):
            if self.problem.topologies[rule.topology].per_site and rule.a != rule.b:
                found[rule.a].add(rule.b)
                found[rule.b].add(rule.a)
        return [np.array(sorted(s), dtype=np.int64) for s in found]

    def _caps(self) -> None:
        """At most so many pods of a group on one node."""
        for rule in self.problem.rules:
            match rule:
                case Exclusion(a=a, b=b, topology=t) if a == b and self.problem.topologies[t].per_site:
                    self.cap[a] = 1
                case Spread(group=g, counted=counted) if self.problem.topologies[rule.topology].per_site:
                    if counted == (g,) and not rule.running.any():
                        self._even(rule)
                    else:
                        self.frozen[[g, *counted]] = True
                case _:
                    pass

    def _even(self, rule: Spread) -> None:
        """Even over single nodes: between a least count and that plus the skew, the least as low as can be."""
        g, included = rule.group, rule.included
        room = np.where(self.problem.allowed[g], self.problem.room[g], 0)[included]
        few = int(included.sum()) < rule.min_domains
        least = 0
        while np.minimum(room, least + rule.max_skew).sum() < self.problem.counts[g]:
            if few or (room < least + 1).any():
                break
            least += 1
        self.cap[g] = min(self.cap[g], least + rule.max_skew)
        self.floor[g] = max(self.floor[g], least)

    def _freeze(self) -> None:
        """Groups whose pods the repair leaves where they were put first."""
        for rule in self.problem.rules:
            match rule:
                case Attraction(group=g, matching=matching, topologies=topologies):
                    if any(self.problem.topologies[t].per_site for t in topologies):
                        self.frozen[[g, *matching]] = True
                case Together(groups=groups) | Supply(groups=groups):
                    self.frozen[list(groups)] = True
                case _:
                    pass

    def add(self, site: int, group: int, count: int) -> None:
        """Put (or with a negative count, take away) pods, whatever the rules say."""
        self.on[site, group] += count
        self.used[site] += self.request[group] * count
        if len(self.foes[group]):
            self.clash[site, self.foes[group]] += count
        self.wide.add(site, group, count)

    def place_each(self, sites: Ints, group: int) -> None:
        """Put one pod that was left on each of these sites."""
        self.on[sites, group] += 1
        self.used[sites] += self.request[group]
        if len(self.foes[group]):
            self.clash[np.ix_(sites, self.foes[group])] += 1
        self.wide.add_each(sites, group)
        self.left[group] -= len(sites)

    def place(self, site: int, group: int, count: int = 1) -> None:
        """Put pods that were left."""
        self.add(site, group, count)
        self.left[group] -= count

    def open_to(self, group: int) -> Mask:
        """The sites where rules about single nodes let one more pod of the group in."""
        out: Mask = self.allowed[:, group] & (self.clash[:, group] == 0) & (self.on[:, group] < self.cap[group])
        return out

    def open_to_all(self, site: int) -> Mask:
        """The groups that rules about single nodes let one more pod of onto a site."""
        out: Mask = self.allowed[site] & (self.clash[site] == 0) & (self.on[site] < self.cap)
        return out

    def peaceful(self, site: int) -> bool:
        """Whether no pods on a site exclude each other or are too many of their group."""
        here = np.flatnonzero(self.on[site])
        return not self.clash[site, here].any() and bool((self.on[site, here] <= self.cap[here]).all())

    def fits(self, group: int) -> Mask:
        """The sites with room for one more pod of the group."""
        asking = self.request[group] > 0
        out: Mask = (self.used[:, asking] + self.request[group][asking] <= self.capacity[:, asking]).all(axis=1)
        return out

    def overload(self) -> Floats:
        """Per site how much more is asked than there is, as a share of the site."""
        out: Floats = (np.maximum(0, self.used - self.capacity) * self.inverse).sum(axis=1)
        return out

    def counts(self) -> Ints:
        """How many pods of each group each site has, as answers are given."""
        return np.ascontiguousarray(self.on.T)
