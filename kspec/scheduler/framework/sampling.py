"""Which nodes are examined: all in a small cluster, a sample in a large one, starting where the last pod left off.

Upstream: pkg/scheduler/schedule_one.go (`findNodesThatPassFilters`, `numFeasibleNodesToFind`) (v1.36). Upstream's
workers run in parallel and may look at some nodes more; here nodes are looked at one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.scheduler.framework.arrays import Bools, Slots

MIN_FEASIBLE = 100
MIN_PERCENTAGE = 5


def feasible_to_find(nodes: int, percentage: int) -> int:
    """How many feasible nodes are enough. A percentage of 0 adapts to the cluster's size, from 50 % down to 5 %."""
    if nodes < MIN_FEASIBLE:
        return nodes
    if percentage == 0:
        percentage = max(50 - nodes // 125, MIN_PERCENTAGE)
    return max(nodes * percentage // 100, MIN_FEASIBLE)


@dataclass(frozen=True, slots=True)
class Sample:
    """Nodes examined: those that passed, and those that did not, both in the order of examination."""

    feasible: Slots
    rejected: Slots

    @property
    def examined(self) -> int:
        return len(self.feasible) + len(self.rejected)


def examine(order: Slots, start: int, ok: Bools, enough: int) -> Sample:
    """Go through the slots in order, round and round from a start, until one feasible node too many is found."""
    turned = order if start == 0 else np.concatenate((order[start:], order[:start]))
    passed = ok[turned]
    hits = np.flatnonzero(passed)
    if len(hits) > enough:
        seen = int(hits[enough])
        return Sample(turned[hits[:enough]], turned[:seen][~passed[:seen]])
    return Sample(turned[hits], turned[~passed])


def heap_root_rank(size: int) -> Slots:
    """For each place in a heap built in place, its rank when equals compete for the root.

    A place wins over the places below it, and over those below its right neighbour.
    """
    places = np.arange(1, size + 1, dtype=np.int64)
    depth = np.floor(np.log2(places)).astype(np.int64)
    deepest = int(depth.max(initial=0))
    path = (places - (1 << depth)) << (deepest - depth)
    ranks = np.empty(size, np.intp)
    ranks[np.lexsort((depth, path))] = np.arange(size)
    return ranks
