"""A small dense revised simplex, used as an oracle: nobody has to trust what it says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EPSILON = 1e-9
_REFRESH = 64
_STUCK = 40


class Simplex:
    """Minimise cost over columns x >= 0 with `A x = b`, b >= 0, columns added as they are found.

    Starts from one unit column a row, whose cost is given.
    """

    def __init__(self, bounds: Floats, unit_costs: Floats, seed: int = 0) -> None:
        self.rows = len(bounds)
        self.bounds = bounds
        self.columns = np.zeros((self.rows, 256))
        self.costs = np.zeros(256)
        self.size = 0
        self.basis = [self.add(np.eye(self.rows)[r], float(unit_costs[r])) for r in range(self.rows)]
        self.inverse: Floats = np.eye(self.rows)
        self.values = bounds.astype(np.float64).copy()
        self.random = np.random.default_rng(seed)

    def add(self, column: Floats, cost: float) -> int:
        """Add a column; answers its index."""
        if self.size == self.columns.shape[1]:
            self.columns = np.hstack([self.columns, np.zeros_like(self.columns)])
            self.costs = np.concatenate([self.costs, np.zeros_like(self.costs)])
        self.columns[:, self.size], self.costs[self.size] = column, cost
        self.size += 1
        return self.size - 1

    def solve(self, steps: int) -> tuple[float, Floats]:
        """The least cost and the dual value of each row, after at most so many pivots."""
        stuck = 0
        for step in range(steps):
            if step % _REFRESH == _REFRESH - 1:
                self._refresh()
            reduced = self.costs[: self.size] - self._duals() @ self.columns[:, : self.size]
            entering = self._entering(reduced, stuck)
            if entering is None:
                break
            direction = self.inverse @ self.columns[:, entering]
            rising = direction > _EPSILON
            if not rising.any():
                break
            ratios = np.full(self.rows, np.inf)
            ratios[rising] = self.values[rising] / direction[rising]
            step_length = ratios.min()
            ties = np.flatnonzero(ratios <= step_length + 1e-10)
            leaving = int(ties[np.argmax(direction[ties])])
            stuck = stuck + 1 if step_length < 1e-10 else 0
            self._pivot(entering, leaving, direction, float(step_length))
        self._refresh()
        duals = self._duals()
        return float(self.costs[self.basis] @ self.values), duals

    def _duals(self) -> Floats:
        duals: Floats = self.costs[self.basis] @ self.inverse
        return duals

    def _entering(self, reduced: Floats, stuck: int) -> int | None:
        """The most promising column; a random promising one where progress has stopped, against cycling."""
        if stuck > _STUCK:
            promising = np.flatnonzero(reduced < -_EPSILON)
            return int(self.random.choice(promising)) if len(promising) else None
        best = int(np.argmin(reduced))
        return best if reduced[best] < -_EPSILON else None

    def _pivot(self, entering: int, leaving: int, direction: Floats, length: float) -> None:
        self.values -= length * direction
        self.values[leaving] = length
        np.maximum(self.values, 0, out=self.values)
        row = self.inverse[leaving] / direction[leaving]
        self.inverse -= np.outer(direction, row)
        self.inverse[leaving] = row
        self.basis[leaving] = entering

    def _refresh(self) -> None:
        self.inverse = np.asarray(np.linalg.inv(self.columns[:, self.basis]), dtype=np.float64)
        self.values = np.maximum(self.inverse @ self.bounds, 0)
