"""Searching for prices that prove that the pods do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from kspec.place.budget import RATE, Purse
from kspec.place.patterns.shapes import Floats, Pricing, Shape, shapes_of
from kspec.place.patterns.simplex import Simplex
from kspec.place.problem import Ints, Problem
from kspec.place.relax.company import apart, together
from kspec.place.relax.rows import Relaxation, Row
from kspec.place.relax.spreading import spread
from kspec.solve.session import Verdict

_SHAPES = 80
_SCALE = 100_000
_PIVOT_COST = RATE // 20_000
_STARTS, _TRIES = 20, 10


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices per pod of each group, weights of rows, and a ceiling for each shape; all whole numbers."""

    pods: tuple[int, ...]
    rows: tuple[tuple[int, Row], ...]
    ceilings: tuple[int, ...]


def domain_rows(problem: Problem) -> tuple[Relaxation, tuple[Row, ...]]:
    """The rows of the relaxation that speak about several nodes; those about daemons are left out."""
    relaxation = Relaxation(problem)
    for rule in (spread, apart, together):
        rule(relaxation)
    daemons = set(np.flatnonzero(problem.everywhere).tolist())
    rows = (r for r in relaxation.rows if not any(int(v[1:].split("_")[0]) in daemons for _, v in r.terms))
    return relaxation, tuple(rows)


class Proof:
    """Column generation on prices."""

    def __init__(self, problem: Problem, purse: Purse, seed: int = 0) -> None:
        self.problem, self.purse = problem, purse
        self.relaxation, self.rows = domain_rows(problem)
        self.shapes = shapes_of(problem, self.relaxation.classes)
        self.pricing = Pricing(problem)
        self.random = np.random.default_rng(seed)
        self.weights = row_weights(problem, self.relaxation, self.rows)
        self.free = np.flatnonzero(~problem.everywhere)
        self.seen: set[tuple[int, bytes]] = set()

    def search(self) -> Prices | None:
        """Prices that prove it, or None where there are none or the purse is empty."""
        if len(self.shapes) > _SHAPES:
            return None
        simplex = self._simplex()
        size = self._sizes()
        for index, shape in enumerate(self.shapes):
            for _ in range(_STARTS):
                values = size * self.random.uniform(0.6, 1.4, len(size))
                self._add(simplex, index, self.pricing.greedy(shape, values, self.random))
        while not self.purse.empty:
            cost, duals = simplex.solve(4000)
            self.purse.spend(_PIVOT_COST * 50 * (1 + simplex.rows // 20))
            if cost < 1e-7:
                return None
            prices = self._rounded(duals)
            found = self._better_fillings(simplex, prices)
            if found == 0:
                return self._proved(simplex, prices)
        return None

    def _sizes(self) -> Floats:
        largest = np.maximum(1, self.problem.capacity.max(axis=0, initial=1))
        size: Floats = np.maximum((self.problem.request / largest).max(axis=1), 1e-3)
        size[self.problem.everywhere] = 0
        return size

    def _simplex(self) -> Simplex:
        """Rows: each group's pods (short ones cost), each shape's nodes, each row about domains."""
        bounds = [
            *self.problem.counts[self.free],
            *(len(s.sites) for s in self.shapes),
            *(abs(r.bound) for r in self.rows),
        ]
        short = self._sizes()[self.free]
        costs = [*short, *(0.0 for _ in self.shapes), *(1.0 if r.bound < 0 else 0.0 for r in self.rows)]
        simplex = Simplex(np.array(bounds, dtype=np.float64), np.array(costs))
        for i in range(len(self.free)):
            simplex.add(-np.eye(simplex.rows)[i], 0.0)
        for j, row in enumerate(self.rows):
            if row.bound < 0:
                simplex.add(-np.eye(simplex.rows)[len(self.free) + len(self.shapes) + j], 0.0)
        return simplex

    def _add(self, simplex: Simplex, shape: int, filling: Ints) -> int:
        key = (shape, filling.tobytes())
        if key in self.seen:
            return 0
        self.seen.add(key)
        nodes = np.zeros(len(self.shapes))
        nodes[shape] = 1
        loads = self.weights[:, :, self.shapes[shape].node_class] @ filling
        signs = np.array([-1.0 if r.bound < 0 else 1.0 for r in self.rows])
        simplex.add(np.concatenate([filling[self.free], nodes, signs * loads]), 0.0)
        return 1

    def _rounded(self, duals: Floats) -> Prices:
        """Whole prices near the duals."""
        groups, shapes = len(self.free), len(self.shapes)
        scale = _SCALE / max(1e-9, float(self._sizes().max()))
        pods = [0] * len(self.problem.groups)
        for i, g in enumerate(self.free.tolist()):
            pods[g] = max(0, floor(duals[i] * scale))
        ceilings = tuple(max(0, ceil(-d * scale)) for d in duals[groups : groups + shapes])
        rows = []
        for row, dual in zip(self.rows, duals[groups + shapes :], strict=True):
            weight = max(0, round((dual if row.bound < 0 else -dual) * scale))
            if weight:
                rows.append((weight, row))
        return Prices(tuple(pods), tuple(rows), ceilings)

    def _better_fillings(self, simplex: Simplex, prices: Prices) -> int:
        """New columns: fillings worth more than their ceiling, found greedily, or exactly where greed finds none."""
        values = pod_values(self.problem, self.relaxation, prices)
        found = 0
        for index, shape in enumerate(self.shapes):
            worth = np.array(values[shape.node_class], dtype=np.float64)
            for _ in range(_TRIES):
                filling = self.pricing.greedy(shape, worth, self.random)
                if worth @ filling > prices.ceilings[index] + 2:
                    found += self._add(simplex, index, filling)
        self.purse.spend(_PIVOT_COST * _TRIES * len(self.shapes))
        return found or self._exact_fillings(simplex, prices, values)

    def _exact_fillings(self, simplex: Simplex, prices: Prices, values: list[list[int]]) -> int:
        found = 0
        for index, shape in enumerate(self.shapes):
            ceiling = prices.ceilings[index] + _slack(prices)
            outcome = self.pricing.above(shape, values[shape.node_class], ceiling, effort=self.purse.share(0.1), seed=0)
            self.purse.spend(outcome.effort)
            if outcome.verdict is Verdict.UNKNOWN:
                self.purse.spend(self.purse.left)
            elif outcome.sat:
                found += self._add(simplex, index, self.pricing.read(outcome))
        return found

    def _proved(self, simplex: Simplex, prices: Prices) -> Prices | None:
        """The prices with ceilings that hold exactly, if they still prove it."""
        if self.purse.empty:
            return None
        lifted = Prices(prices.pods, prices.rows, tuple(c + _slack(prices) for c in prices.ceilings))
        return lifted if margin(self.problem, self.shapes, lifted) > 0 else None


def _slack(prices: Prices) -> int:
    """How far above their guess ceilings are proved: too tight ones would need many more columns."""
    return max(1, max(prices.pods, default=0) // 5000)


def row_weights(problem: Problem, relaxation: Relaxation, rows: Sequence[Row]) -> Floats:
    """The weight of each row, group and class."""
    weights = np.zeros((len(rows), len(problem.groups), len(relaxation.classes)))
    for j, row in enumerate(rows):
        for weight, variable in row.terms:
            g, c = (int(part) for part in variable[1:].split("_"))
            weights[j, g, c] += weight
    return weights


def pod_values(problem: Problem, relaxation: Relaxation, prices: Prices) -> list[list[int]]:
    """Per class and group what one pod there is worth: its price, less what it costs in rows."""
    values = [list(prices.pods) for _ in relaxation.classes]
    for weight, row in prices.rows:
        for coefficient, variable in row.terms:
            g, c = (int(part) for part in variable[1:].split("_"))
            values[c][g] -= weight * coefficient
    return values


def margin(problem: Problem, shapes: Sequence[Shape], prices: Prices) -> int:
    """By how much the pods are worth more than what rows and nodes allow."""
    counts = problem.counts.tolist()
    worth = sum(price * int(count) for price, count in zip(prices.pods, counts, strict=True))
    allowed = sum(weight * row.bound for weight, row in prices.rows)
    ceilings = sum(c * len(s.sites) for c, s in zip(prices.ceilings, shapes, strict=True))
    return worth - allowed - ceilings


def proves(problem: Problem, prices: Prices, seed: int = 0) -> bool:
    """Whether prices prove infeasibility, checked on their own: an integer sum, and one exact question per shape."""
    relaxation, rows = domain_rows(problem)
    shapes = shapes_of(problem, relaxation.classes)
    if len(shapes) != len(prices.ceilings) or min((*prices.pods, *prices.ceilings, *(w for w, _ in prices.rows))) < 0:
        return False
    if any(row not in rows for _, row in prices.rows) or margin(problem, shapes, prices) <= 0:
        return False
    values, pricing = pod_values(problem, relaxation, prices), Pricing(problem)
    return all(
        pricing.above(shape, values[shape.node_class], ceiling, effort=0, seed=seed).unsat
        for shape, ceiling in zip(shapes, prices.ceilings, strict=True)
    )
