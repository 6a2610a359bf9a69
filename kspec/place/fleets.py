"""How many nodes of each pool to try, where a pool has a range."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kspec.place.problem import Mask, Problem


def fleets(problem: Problem) -> Iterator[Mask]:
    """Sites in use, from the fewest to the most; every pool a quarter further into its range from one to the next."""
    seen: set[bytes] = set()
    for quarter in range(5):
        there = ~problem.optional
        for nodeset in problem.nodesets:
            extra = -(-(nodeset.high - nodeset.low) * quarter // 4)
            there[list(nodeset.sites[: nodeset.low + extra])] = True
        if there.any() and there.tobytes() not in seen:
            seen.add(there.tobytes())
            yield there


def expanded(problem: Problem, there: Mask, counts: np.ndarray) -> np.ndarray:
    """Counts on the sites in use as counts on all sites."""
    out = np.zeros((counts.shape[0], len(problem.sites)), dtype=np.int64)
    out[:, there] = counts
    return out
