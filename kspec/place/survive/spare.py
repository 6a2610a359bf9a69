"""Where the pods of a lost node fit beside everything that stays: a quick, randomised answer, one pod after another.

It finds, and never denies. Rules that it does not follow (volumes, company) make it give up on the pods concerned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kspec.place.distinct import distinct
from kspec.place.judge import per_domain
from kspec.place.problem import (
    AtMost,
    Attraction,
    Exclusion,
    Ints,
    Mask,
    SharedMount,
    Spread,
    Supply,
    Together,
)
from kspec.place.survive.refit import Standing

Floats = NDArray[np.float64]
Moves = tuple[tuple[int, int], ...]
"""Where displaced pods go: (group, site), one entry a pod."""


@dataclass(eq=False)
class Keeper:
    """The groups that a group's pods keep away from in each domain of a topology, and how many of them there are."""

    others: int
    domain: Ints
    held: Ints


@dataclass(eq=False)
class Evener:
    """A spread with its counts per domain, the domains that are there, and how many sites each has.

    `counts_in` are the groups that count; `domain` is -1 where a site does not.
    """

    rule: Spread
    domain: Ints
    held: Ints
    domains: Ints
    sites: Ints
    counts_in: frozenset[int]


class Spare:
    """What a standing placement leaves free, and who may use it."""

    def __init__(self, standing: Standing) -> None:
        problem, counts = standing.problem, standing.counts
        self.standing, self.problem = standing, problem
        self.free: Ints = problem.capacity - counts.T @ problem.request
        self.scale: Floats = 1 / np.maximum(1, problem.capacity).astype(np.float64)
        self.open: Mask = problem.allowed & standing.there
        self.awkward: Mask = np.zeros(len(problem.groups), dtype=bool)
        self.keepers: list[list[Keeper]] = [[] for _ in problem.groups]
        self.eveners: list[list[Evener]] = [[] for _ in problem.groups]
        self.order = np.argsort(-(problem.request * self.scale.max(axis=0)).max(axis=1), kind="stable")
        self.rank = np.argsort(self.order)
        self.spreads: list[Evener] = []
        self._homes: dict[tuple[int, ...], Mask] = {}
        for rule in problem.rules:
            match rule:
                case Exclusion(a=a, b=b, topology=t):
                    topology = problem.topologies[t]
                    for mover, other in {(a, b), (b, a)}:
                        held = per_domain(topology, counts[other])
                        self.keepers[mover].append(Keeper(other, topology.domain, held))
                case Spread():
                    self._spread(rule)
                case Attraction(group=g):
                    self.awkward[g] = True
                case (
                    Together(groups=groups) | AtMost(groups=groups) | Supply(groups=groups) | SharedMount(groups=groups)
                ):
                    self.awkward[list(groups)] = True
                case _:
                    pass

    def _spread(self, rule: Spread) -> None:
        topology, counts = self.problem.topologies[rule.topology], self.standing.counts
        included = rule.included & self.standing.there
        held = per_domain(topology, np.where(included, counts[list(rule.counted)].sum(axis=0), 0)) + rule.running
        domains = distinct(topology.domain[included & (topology.domain >= 0)])
        sites = per_domain(topology, included.astype(np.int64))
        evener = Evener(rule, np.where(included, topology.domain, -1), held, domains, sites, frozenset(rule.counted))
        self.spreads.append(evener)
        for g in {rule.group, *rule.counted}:
            self.eveners[g].append(evener)

    def displaced(self, sites: Sequence[int]) -> list[tuple[int, int]]:
        """The group and site of each pod on these sites, the largest first."""
        counts = self.standing.counts
        pods = [
            (g, n)
            for n in sites
            for g in np.flatnonzero(counts[:, n]).tolist()
            if not self.problem.everywhere[g]
            for _ in range(int(counts[g, n]))
        ]
        return sorted(pods, key=lambda p: (int(self.rank[p[0]]), p[1]))

    def place(self, sites: Sequence[int], random: np.random.Generator, avoid: Sequence[int] = ()) -> Moves | None:
        """Places for the pods of these sites; None where none were found."""
        pods = self.displaced(sites)
        if any(self.awkward[g] for g, _ in pods):
            return None
        free = self.free.astype(np.int64, copy=True)
        moves: list[tuple[int, int]] = []
        noise = random.uniform(0.4, 1.0, len(self.problem.sites))
        for g, origin in pods:
            request = self.problem.request[g]
            asking = np.flatnonzero(request)
            room = (free[:, asking] >= request[asking]).all(axis=1) & self.open[g]
            room[list(sites)] = False
            room[list(avoid)] = False
            for keeper in self.keepers[g]:
                room &= ~self._kept_out(keeper, sites, moves)
            for evener in self.eveners[g]:
                if evener.rule.group == g:
                    room &= self._even_after(evener, g, sites, moves)
            candidates = np.flatnonzero(room & self._where_it_was(g, origin))
            if not len(candidates):
                candidates = np.flatnonzero(room)
            if not len(candidates):
                return None
            slack = ((free[np.ix_(candidates, asking)] - request[asking]) * self.scale[np.ix_(candidates, asking)]).min(
                axis=1, initial=1.0
            )
            chosen = int(candidates[int(np.argmax((slack + 0.02) * noise[candidates]))])
            free[chosen] -= request
            moves.append((g, chosen))
        found = tuple(moves)
        return found if self.even(sites, found) else None

    def _where_it_was(self, g: int, origin: int) -> Mask:
        """The sites in the domains of wide spreads that a pod was in: there it leaves counts as they were."""
        key = (g, *(int(e.domain[origin]) for e in self.eveners[g]))
        if key not in self._homes:
            home: Mask = np.ones(len(self.problem.sites), dtype=bool)
            for evener in self.eveners[g]:
                if not self.problem.topologies[evener.rule.topology].per_site and evener.domain[origin] >= 0:
                    home &= evener.domain == evener.domain[origin]
            self._homes[key] = home
        return self._homes[key]

    def _kept_out(self, keeper: Keeper, sites: Sequence[int], moves: Sequence[tuple[int, int]]) -> Mask:
        held = keeper.held.copy()
        for n in sites:
            if keeper.domain[n] >= 0:
                held[keeper.domain[n]] -= self.standing.counts[keeper.others, n]
        for g, n in moves:
            if g == keeper.others and keeper.domain[n] >= 0:
                held[keeper.domain[n]] += 1
        out: Mask = np.append(held > 0, False)[keeper.domain]
        return out

    def _after(self, evener: Evener, sites: Sequence[int], moves: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
        """The counts of a spread's domains after a loss and moves, and the domains that are left."""
        held = evener.held.copy()
        gone: Counter[int] = Counter()
        for n in sites:
            d = int(evener.domain[n])
            if d >= 0:
                held[d] -= int(self.standing.counts[list(evener.rule.counted), n].sum())
                gone[d] += 1
        for g, n in moves:
            if g in evener.counts_in and evener.domain[n] >= 0:
                held[evener.domain[n]] += 1
        vanished = [d for d, lost in gone.items() if lost == evener.sites[d]]
        return held, np.setdiff1d(evener.domains, vanished) if vanished else evener.domains

    def _even_after(self, evener: Evener, g: int, sites: Sequence[int], moves: Sequence[tuple[int, int]]) -> Mask:
        """The sites where one more pod of the group keeps within the skew."""
        held, domains = self._after(evener, sites, moves)
        least = int(held[domains].min(initial=2**31)) if len(domains) >= evener.rule.min_domains else 0
        fine = held + (1 if g in evener.counts_in else 0) - least <= evener.rule.max_skew
        out: Mask = np.append(fine, False)[self.problem.topologies[evener.rule.topology].domain]
        return out

    def even(self, sites: Sequence[int], moves: Moves) -> bool:
        """Whether every spread of a moved pod's group holds after all moves."""
        for evener in {id(e): e for g, _ in moves for e in self.eveners[g]}.values():
            domain = self.problem.topologies[evener.rule.topology].domain
            mine = {int(domain[n]) for g, n in moves if g == evener.rule.group}
            if mine:
                held, domains = self._after(evener, sites, moves)
                least = int(held[domains].min(initial=2**31)) if len(domains) >= evener.rule.min_domains else 0
                if any(held[d] - least > evener.rule.max_skew for d in mine):
                    return False
        return True
