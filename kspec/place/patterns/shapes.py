"""Node shapes: sites that can be filled in exactly the same ways; and the most valuable way to fill one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kspec.place.problem import Exclusion, Ints, Problem
from kspec.place.relax.classes import NodeClass
from kspec.solve.script import Script, Term
from kspec.solve.session import Outcome, solve

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shape:
    """Sites of one class of the relaxation with the same room and the same groups: what daemons leave of a node."""

    node_class: int
    sites: tuple[int, ...]
    capacity: Ints
    most: Ints
    """Per group, how many of its pods such a node can hold."""


def shapes_of(problem: Problem, classes: Sequence[NodeClass]) -> tuple[Shape, ...]:
    """The shapes of all sites. Daemons are taken off first."""
    lone = np.zeros((len(problem.groups), len(problem.sites)), dtype=bool)
    for rule in problem.of(Exclusion):
        topology = problem.topologies[rule.topology]
        if rule.a == rule.b and topology.per_site:
            lone[rule.a] |= topology.domain >= 0
    class_of = {n: c.index for c in classes for n in c.sites}
    room = np.where(problem.allowed & ~problem.everywhere[:, None], problem.room, 0)
    room = np.where(lone, np.minimum(room, 1), room)
    found: dict[object, list[int]] = {}
    taken = (problem.must & problem.everywhere[:, None]).T.astype(np.int64) @ problem.request
    capacity = np.maximum(problem.capacity - taken, 0)
    for n in range(len(problem.sites)):
        found.setdefault((class_of[n], capacity[n].tobytes(), room[:, n].tobytes()), []).append(n)
    return tuple(Shape(class_of[s[0]], tuple(s), capacity[s[0]], room[:, s[0]]) for s in found.values())


def foes_of(problem: Problem) -> list[set[int]]:
    """Per group, the groups that it cannot share any node with."""
    foes: list[set[int]] = [set() for _ in problem.groups]
    for rule in problem.of(Exclusion):
        topology = problem.topologies[rule.topology]
        if rule.a != rule.b and topology.per_site and (topology.domain >= 0).all():
            foes[rule.a].add(rule.b)
            foes[rule.b].add(rule.a)
    return foes


class Pricing:
    """Ways to fill a node, by value."""

    def __init__(self, problem: Problem) -> None:
        self.request = problem.request
        self.foes = foes_of(problem)

    def greedy(self, shape: Shape, values: Floats, random: np.random.Generator) -> Ints:
        """A valuable filling, by a random order of value per room."""
        filling: Ints = np.zeros(len(values), dtype=np.int64)
        left = shape.capacity.copy()
        groups = np.flatnonzero((values > 0) & (shape.most > 0))
        weights = random.dirichlet(np.full(len(left), 0.4))
        size = (self.request[groups] / np.maximum(1, shape.capacity)) @ weights + 1e-6
        shut: set[int] = set()
        for g in groups[np.argsort(-(values[groups] / size) * random.uniform(0.85, 1.18, len(groups)))].tolist():
            if g not in shut:
                asking = self.request[g] > 0
                count = int(min(shape.most[g], (left[asking] // self.request[g][asking]).min(initial=shape.most[g])))
                if count > 0:
                    filling[g] = count
                    left -= self.request[g] * count
                    shut |= self.foes[g]
        return filling

    def above(self, shape: Shape, values: Sequence[int], ceiling: int, *, effort: int, seed: int = 0) -> Outcome:
        """Whether some filling is worth more than the ceiling, exactly. Worthless pods are left out of it."""
        script = Script()
        groups = [g for g, value in enumerate(values) if value > 0 and shape.most[g] > 0]
        bits = {g: [script.boolean(f"b{g}_{t}") for t in range(1, int(shape.most[g]) + 1)] for g in groups}
        for g in groups:
            for more, fewer in zip(bits[g][1:], bits[g], strict=False):
                script.clause([f"(not {more})", fewer])
            for h in sorted(self.foes[g] & bits.keys()):
                if h > g:
                    script.clause([f"(not {bits[g][0]})", f"(not {bits[h][0]})"])
        for r in range(self.request.shape[1]):
            terms: list[Term] = [(int(self.request[g, r]), b) for g in groups for b in bits[g]]
            script.at_most(int(shape.capacity[r]), terms)
        worth = [(values[g], b) for g in groups for b in bits[g]]
        if sum(value for value, _ in worth) <= ceiling:
            script.clause([])
        else:
            script.at_least(ceiling + 1, worth)
        return solve(script.text, effort=effort, seed=seed)

    def read(self, outcome: Outcome) -> Ints:
        """The filling of a model."""
        filling: Ints = np.zeros(self.request.shape[0], dtype=np.int64)
        for name, value in outcome.values.items():
            if value is True:
                filling[int(name[1:].partition("_")[0])] += 1
        return filling
