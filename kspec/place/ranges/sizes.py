"""A workload at every size of its range, each placed on as few nodes as can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kspec.place.answer import Goal
from kspec.place.budget import Purse
from kspec.place.decide import decide
from kspec.place.explain import explain
from kspec.place.goals.fewest import confined
from kspec.place.goals.pursue import pursue
from kspec.place.headroom import larger
from kspec.place.problem import Mask, Problem
from kspec.place.ranges.answer import Enough, Size
from kspec.place.ranges.monotone import shrinks
from kspec.place.restrict import with_sites
from kspec.place.verdicts import Impossible, Solution

_DECIDE = 0.4
"""Of what one size may cost, the part for finding a placement at all."""
_BUILD = 60
"""Resource units that building a problem anew costs, per group and site."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The nodes that a placement is on: those with pods other than daemons', and all that are there."""

    used: Mask
    there: Mask

    def __or__(self, other: Ground) -> Ground:
        return Ground(self.used | other.used, self.there | other.there)


@dataclass(eq=False)
class Sizes:
    """The problem at each size that was asked for, and what is known: on which ground there is a placement, how many
    nodes any has to have, at which sizes there is none."""

    problem: Problem
    workload: str
    now: int
    """The size that the problem has it at."""
    low: int
    high: int
    grounds: dict[int, Ground] = field(default_factory=dict)
    bounds: dict[int, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    @cached_property
    def monotone(self) -> bool:
        """Whether smaller sizes fit wherever larger ones do."""
        return shrinks(self.at(self.high), self.workload)

    def at(self, size: int) -> Problem:
        return self.problem if size == self.now else larger(self.problem, {self.workload: size - self.now})

    def ask(self, size: int, purse: Purse) -> None:
        """Place the workload at a size, on as few nodes as the purse lets find."""
        self.asked.add(size)
        problem = self.at(size)
        purse.spend(_BUILD * len(problem.groups) * len(problem.sites))
        part = Purse(purse.share(_DECIDE))
        outcome = decide(problem, part, certify=False)
        purse.spend(part.spent)
        match outcome:
            case Impossible():
                self.closed.add(size)
            case Solution():
                found, objective = pursue(problem, Goal.NODES, outcome, purse)
                used: Mask = found.counts[~problem.everywhere].sum(axis=0) > 0
                self.grounds[size] = Ground(used, found.there)
                self.bounds[size] = int(objective.bound or 0)

    def size(self, replicas: int) -> Size:
        """What is known of a size, from itself and, where that is right, from smaller and larger ones."""
        sizes = range(self.low, self.high + 1)
        above = [n for n in sizes if n == replicas or (self.monotone and n > replicas)]
        below = [n for n in sizes if n == replicas or (self.monotone and n < replicas)]
        if self.closed.intersection(below):
            return Size(replicas, Enough.NO, None, None)
        nodes = min((int(self.grounds[n].used.sum()) for n in above if n in self.grounds), default=None)
        bound = max((self.bounds[n] for n in below if n in self.bounds), default=0)
        return Size(replicas, Enough.OPEN if nodes is None else Enough.YES, nodes, bound)

    def stands(self, size: int, ground: Ground, purse: Purse) -> bool | None:
        """Whether the workload at a size has a placement on a ground; None where that stays open."""
        return _fits(with_sites(confined(self.at(size), ground.used), ground.there), purse)

    def fits(self, size: int, purse: Purse) -> bool | None:
        """Whether the workload at a size has a placement at all; None where that stays open."""
        return _fits(self.at(size), purse)

    def why(self, size: int, purse: Purse) -> str:
        """What keeps a size from having a placement, in the words of the conflict."""
        problem = self.at(size)
        outcome = decide(problem, purse, certify=False)
        return explain(problem, outcome.core, Purse(purse.units)).summary if isinstance(outcome, Impossible) else ""


def _fits(problem: Problem, purse: Purse) -> bool | None:
    return {Solution: True, Impossible: False}.get(type(decide(problem, purse, certify=False)))
