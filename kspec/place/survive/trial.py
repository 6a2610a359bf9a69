"""Trying a placement: every way in which a loss can happen, until one breaks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from kspec.place.budget import Purse
from kspec.place.problem import Mask, Problem
from kspec.place.survive.losses import Loss, Lost, how_many, twins, ways
from kspec.place.survive.pairs import open_pairs
from kspec.place.survive.refit import Refit, Standing, beside, refit, with_inventory
from kspec.place.survive.spare import Moves, Spare
from kspec.place.verdicts import Impossible, Solution, Undecided, violations

_ONE_BY_ONE = 20_000
"""Ways, none like another, that are looked at one by one; two nodes are put together where there are more than..."""
_PAIRS = 400
_ANSWERS = 4
_STEP = 500
"""Resource units that one displaced pod costs."""
_LOOK = 500
"""...and one pod that the checker looks at."""
_CHECKED_PODS = 20_000
"""So many pods, kept ones included, are worth checking in all; and this many losses in any case."""
_SAMPLE = 4
_NAMED = 5


@dataclass
class Trial:
    """What trying came to. `broken` is the first loss after which pods have no place, and what the solver said."""

    ways: int
    served: int = 0
    checked: int = 0
    broken: tuple[Lost, Refit] | None = None
    undecided: list[str] = field(default_factory=list)
    cut: bool = False


def attempt(standing: Standing, loss: Loss, purse: Purse, *, look: bool = True) -> Trial:
    """Every way of a loss. Of several nodes, first each alone: a smaller failure is the better story.

    When `look`, the independent checker judges the first answers, and all of them where they are few.
    """
    problem = standing.problem
    trial = Trial(how_many(problem, loss, standing.there))
    tester = Tester(standing, purse, trial, look)
    if loss.kind == "node" and not loss.name and loss.count > 1:
        for lost in ways(problem, Loss("node"), standing.there, standing.counts):
            if not tester.serves(lost, counts=False):
                return trial
        if loss.count == 2 and len(twins(problem, standing.there, standing.counts)) ** 2 > _PAIRS:
            tester.pairs()
            return trial
    for lost in islice(ways(problem, loss, standing.there, standing.counts), _ONE_BY_ONE):
        if not tester.serves(lost):
            return trial
    trial.cut = trial.served < trial.ways and not trial.undecided
    return trial


class Tester:
    """Finds places for what a loss displaces: quickly, and exactly where quickly does not do."""

    def __init__(self, standing: Standing, purse: Purse, trial: Trial, look: bool) -> None:
        self.standing, self.purse, self.trial = standing, purse, trial
        self.spare = Spare(standing)
        self.random = np.random.default_rng(0)
        pods = max(1, len(standing.where))
        self.looks = max(_SAMPLE, _CHECKED_PODS // pods) if look else 0

    def serves(self, lost: Lost, *, counts: bool = True) -> bool:
        """Whether a loss leaves a place for everything, as far as can be told; False ends the trial."""
        sites = np.flatnonzero(lost.sites).tolist()
        moves = self.spare.place(sites, self.random)
        self.purse.spend(_STEP * (1 + len(self.spare.displaced(sites))))
        if moves is not None and self._agreed(lost.sites, moves):
            self.trial.served += lost.like if counts else 0
            return True
        return self._exactly(lost, counts)

    def _exactly(self, lost: Lost, counts: bool = True) -> bool:
        look = self.trial.checked < self.looks
        found = refit(self.standing, lost.sites, self.purse, thorough=look)
        match found.outcome:
            case Solution():
                self.trial.served += lost.like if counts else 0
                self.trial.checked += found.seen
            case Impossible():
                self.trial.broken = (lost, found)
                return False
            case Undecided():
                self.trial.undecided.append(str(lost))
        return not self.purse.empty and len(self.trial.undecided) < _NAMED

    def _agreed(self, lost: Mask, moves: Moves) -> bool:
        """What the checker says of an answer; it is asked about the first ones, and about all where they are few."""
        if not moves or self.trial.checked >= self.looks:
            return True
        self.trial.checked += 1
        self.purse.spend(_LOOK * len(self.standing.where))
        part, groups = beside(self.standing, lost)
        part = with_inventory(self.standing, lost, part)
        counts = counts_from(part, self.standing.problem, groups, moves)
        return not violations(part, counts, np.ones(len(part.sites), dtype=bool))

    def pairs(self) -> None:
        """Any two nodes, by a few answers for each node."""
        nodes = np.flatnonzero(self.standing.there).tolist()
        answers = [self._answers(n) for n in nodes]
        self.purse.spend(len(nodes) * 20_000)
        known = [i for i, a in enumerate(answers) if a]
        left = open_pairs(self.spare, [nodes[i] for i in known], [answers[i] for i in known])
        unknown = [n for n, a in zip(nodes, answers, strict=True) if not a]
        left += [(n, m) for n in unknown for m in nodes if m != n and not (m in unknown and m < n)]
        self.trial.served += self.trial.ways - len(left)
        for n, m in left:
            if not self.serves(_both(self.standing.problem, n, m)):
                break
        self.trial.cut = self.trial.served < self.trial.ways and not self.trial.undecided

    def _answers(self, site: int) -> Sequence[Moves]:
        found = [self.spare.place([site], self.random) for _ in range(_ANSWERS)]
        self.purse.spend(_STEP * _ANSWERS * len(self.spare.displaced([site])))
        known = [moves for moves in found if moves is not None]
        return known or self._slow_answer(site)

    def _slow_answer(self, site: int) -> Sequence[Moves]:
        """The exact search's answer, for pods that the quick one does not place."""
        lost = np.arange(len(self.standing.problem.sites)) == site
        found = refit(self.standing, lost, self.purse, thorough=False)
        if not isinstance(found.outcome, Solution):
            return []
        index = {name: n for n, name in enumerate(self.standing.problem.sites)}
        moves: list[tuple[int, int]] = []
        for g, n in zip(*np.nonzero(found.outcome.counts), strict=True):
            to = (found.groups[int(g)], index[found.part.sites[n]])
            moves += [to] * int(found.outcome.counts[g, n])
        return [tuple(moves)]


def _both(problem: Problem, n: int, m: int) -> Lost:
    return Lost("node", (problem.sites[n], problem.sites[m]), np.isin(np.arange(len(problem.sites)), (n, m)))


def counts_from(part: Problem, whole: Problem, groups: Sequence[int], moves: Moves) -> np.ndarray:
    """Moves as counts of the part's groups and sites."""
    index = {name: n for n, name in enumerate(part.sites)}
    rows = {g: i for i, g in enumerate(groups)}
    counts = np.zeros((len(groups), len(part.sites)), dtype=np.int64)
    for g, n in moves:
        counts[rows[g], index[whole.sites[n]]] += 1
    return counts
