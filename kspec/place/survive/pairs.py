"""Any two nodes at once, without looking at every two: places found for one node's pods, put together.

What is found for node a and what is found for node b serves the loss of both, unless one uses the other, a node gets
too much, or a rule about pods of both breaks. With a few answers for each node, few pairs are left to be asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import product

import numpy as np

from kspec.place.problem import AtMost, Attraction, Exclusion, Ints, Mask, SharedMount, Supply, Together
from kspec.place.survive.spare import Evener, Moves, Spare

Answers = Sequence[Sequence[Moves]]
"""For each node, a few places for its pods."""


def open_pairs(spare: Spare, nodes: Sequence[int], answers: Answers) -> list[tuple[int, int]]:
    """The pairs of nodes (as sites) that no combination of answers serves."""
    weave = Weave(spare, nodes)
    left: Mask = np.triu(np.ones((len(nodes), len(nodes)), dtype=bool), 1)
    most = max((len(a) for a in answers), default=0)
    sheets = [Sheet(spare, nodes, [a[k % len(a)] for a in answers]) for k in range(most)]
    for first, second in sorted(product(range(most), repeat=2), key=lambda k: (max(k), k)):
        if not left.any():
            break
        left &= weave.clashes(sheets[first], sheets[second])
    return [(nodes[int(i)], nodes[int(j)]) for i, j in zip(*np.nonzero(left), strict=True)]


class Sheet:
    """One answer for each node, and what it does to sites, groups and spreads."""

    def __init__(self, spare: Spare, nodes: Sequence[int], answers: Sequence[Moves]) -> None:
        self.spare, self.nodes, self.answers = spare, nodes, answers
        self._changes: dict[int, tuple[list[int], Ints, Mask]] = {}

    @cached_property
    def loads(self) -> dict[int, tuple[list[int], Ints]]:
        """Per site that is used, the nodes whose answer uses it, and what each puts there."""
        loads: dict[int, dict[int, Ints]] = {}
        for i, moves in enumerate(self.answers):
            for g, n in moves:
                here = loads.setdefault(n, {})
                here[i] = here.get(i, 0) + self.spare.problem.request[g]
        return {n: (list(here), np.array(list(here.values()))) for n, here in loads.items()}

    @cached_property
    def movers(self) -> dict[int, list[tuple[int, int]]]:
        """Per group, which node's answer moves a pod of it where."""
        found: dict[int, list[tuple[int, int]]] = {}
        for i, moves in enumerate(self.answers):
            for g, n in moves:
                found.setdefault(g, []).append((i, n))
        return found

    def changes(self, evener: Evener) -> tuple[list[int], Ints, Mask]:
        """The nodes that change a spread's counts, by how much per domain, and where their pods of its group go."""
        if id(evener) not in self._changes:
            self._changes[id(evener)] = self._work_out(evener)
        return self._changes[id(evener)]

    def _work_out(self, evener: Evener) -> tuple[list[int], Ints, Mask]:
        rows: list[int] = []
        changes: list[Ints] = []
        placed: list[Mask] = []
        counted = list(evener.rule.counted)
        lost = self.spare.standing.counts[np.ix_(counted, list(self.nodes))].sum(axis=0)
        where = self.spare.problem.topologies[evener.rule.topology].domain
        for i, moves in enumerate(self.answers):
            here = [(g, n) for g, n in moves if g in evener.counts_in or g == evener.rule.group]
            if not here and not lost[i]:
                continue
            change: Ints = np.zeros(len(evener.held), dtype=np.int64)
            own: Mask = np.zeros(len(evener.held), dtype=bool)
            if evener.domain[self.nodes[i]] >= 0:
                change[evener.domain[self.nodes[i]]] -= lost[i]
            for g, n in here:
                if g in evener.counts_in and evener.domain[n] >= 0:
                    change[evener.domain[n]] += 1
                if g == evener.rule.group:
                    own[where[n]] = True
            rows.append(i)
            changes.append(change)
            placed.append(own)
        shape = (len(rows), len(evener.held))
        return rows, np.array(changes, dtype=np.int64).reshape(shape), np.array(placed, dtype=bool).reshape(shape)


class Weave:
    """Combining the answers of two nodes."""

    def __init__(self, spare: Spare, nodes: Sequence[int]) -> None:
        self.spare, self.nodes = spare, nodes
        self.at = {n: i for i, n in enumerate(nodes)}
        self.counts = spare.standing.counts
        self.exclusions = list(spare.problem.of(Exclusion))
        self.bound = self._bound()

    def _bound(self) -> list[Ints]:
        """For each rule about volumes or company, the nodes that displace pods of it."""
        found: list[Ints] = []
        for rule in self.spare.problem.rules:
            match rule:
                case Attraction(group=g, matching=matching):
                    groups = sorted({g, *matching})
                case (
                    Together(groups=members)
                    | AtMost(groups=members)
                    | Supply(groups=members)
                    | SharedMount(groups=members)
                ):
                    groups = sorted(members)
                case _:
                    continue
            found.append(np.flatnonzero(self.counts[np.ix_(groups, list(self.nodes))].any(axis=0)))
        return found

    def clashes(self, one: Sheet, two: Sheet) -> Mask:
        """Per pair of nodes, whether the first's answer in `one` and the second's in `two` do not go together."""
        clash: Mask = np.zeros((len(self.nodes), len(self.nodes)), dtype=bool)
        for i, moves in enumerate(one.answers):
            clash[i, [self.at[n] for _, n in moves if n in self.at]] = True
        for j, moves in enumerate(two.answers):
            clash[[self.at[n] for _, n in moves if n in self.at], j] = True
        self._too_much(clash, one, two)
        self._too_near(clash, one, two)
        for evener in self.spare.spreads:
            self._uneven(clash, evener, one, two)
        for nodes in self.bound:
            clash[np.ix_(nodes, nodes)] = True
        return clash

    def _too_much(self, clash: Mask, one: Sheet, two: Sheet) -> None:
        first, second = one.loads, two.loads
        for n in first.keys() & second.keys():
            (rows, a), (columns, b) = first[n], second[n]
            over = (a[:, None, :] + b[None, :, :] > self.spare.free[n]).any(axis=2)
            clash[np.ix_(rows, columns)] |= over

    def _too_near(self, clash: Mask, one: Sheet, two: Sheet) -> None:
        first, second = one.movers, two.movers
        for rule in self.exclusions:
            domain = self.spare.problem.topologies[rule.topology].domain
            for a, b in {(rule.a, rule.b), (rule.b, rule.a)}:
                for i, n in first.get(a, ()):
                    for j, m in second.get(b, ()):
                        if domain[n] == domain[m] >= 0:
                            clash[i, j] = True

    def _uneven(self, clash: Mask, evener: Evener, one: Sheet, two: Sheet) -> None:
        """A spread is looked at for nodes that both change its counts; the domains that go are taken to stay, empty."""
        rows, first, mine = one.changes(evener)
        columns, second, theirs = two.changes(evener)
        few = len(evener.domains) - 2 < evener.rule.min_domains > 1
        if few:
            clash[[i for i, own in zip(rows, mine, strict=True) if own.any()], :] = True
            clash[:, [j for j, own in zip(columns, theirs, strict=True) if own.any()]] = True
            return
        if not rows or not columns:
            return
        held = evener.held + first[:, None, :] + second[None, :, :]
        least = held[:, :, evener.domains].min(axis=2, initial=2**31)
        placed = mine[:, None, :] | theirs[None, :, :]
        clash[np.ix_(rows, columns)] |= ((held - least[:, :, None] > evener.rule.max_skew) & placed).any(axis=2)
