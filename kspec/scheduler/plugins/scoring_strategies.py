"""How a node's score follows from what is requested there: one resource at a time, then their weighted mean.

Each strategy is written twice, for one node and for many.

Upstream: pkg/scheduler/framework/plugins/noderesources/{least_allocated,most_allocated,requested_to_capacity_ratio}.go,
helper/shape_score.go (v1.36).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kspec.scheduler.framework.arrays import Ints
from kspec.scheduler.framework.interface import MAX_NODE_SCORE
from kspec.scheduler.framework.resources import CPU, MEMORY


@dataclass(frozen=True, slots=True)
class ScoredResource:
    """A resource and how much it counts."""

    name: str
    weight: int = 1


DEFAULT_RESOURCES = (ScoredResource(CPU), ScoredResource(MEMORY))


@dataclass(frozen=True, slots=True)
class Use:
    """Of one resource: what pods on a node request with the new pod, what they do without it, and what there is."""

    after: int
    before: int
    allocatable: int


@dataclass(frozen=True, slots=True)
class Uses:
    """The same for many nodes."""

    after: Ints
    before: Ints
    allocatable: Ints


class Strategy(Protocol):
    """Scores the use of `resources`, given in their order. One with nothing allocatable does not count."""

    @property
    def resources(self) -> tuple[ScoredResource, ...]: ...

    @property
    def defaults_count(self) -> bool:
        """Whether missing cpu and memory requests count with their defaults."""
        ...

    def one(self, uses: Sequence[Use]) -> int: ...

    def many(self, uses: Sequence[Uses]) -> Ints: ...


@dataclass(frozen=True, slots=True)
class LeastAllocated:
    """The emptier the better."""

    resources: tuple[ScoredResource, ...]
    defaults_count: bool = True

    def one(self, uses: Sequence[Use]) -> int:
        total = weights = 0
        for resource, use in zip(self.resources, uses, strict=True):
            if use.allocatable:
                free = max(use.allocatable - use.after, 0)
                total += free * MAX_NODE_SCORE // use.allocatable * resource.weight
                weights += resource.weight
        return total // weights if weights else 0

    def many(self, uses: Sequence[Uses]) -> Ints:
        shares = [
            np.maximum(use.allocatable - use.after, 0) * MAX_NODE_SCORE // np.maximum(use.allocatable, 1)
            for use in uses
        ]
        return _mean(self.resources, uses, shares)


@dataclass(frozen=True, slots=True)
class MostAllocated:
    """The fuller the better."""

    resources: tuple[ScoredResource, ...]
    defaults_count: bool = True

    def one(self, uses: Sequence[Use]) -> int:
        total = weights = 0
        for resource, use in zip(self.resources, uses, strict=True):
            if use.allocatable:
                total += min(use.after, use.allocatable) * MAX_NODE_SCORE // use.allocatable * resource.weight
                weights += resource.weight
        return total // weights if weights else 0

    def many(self, uses: Sequence[Uses]) -> Ints:
        shares = [
            np.minimum(use.after, use.allocatable) * MAX_NODE_SCORE // np.maximum(use.allocatable, 1) for use in uses
        ]
        return _mean(self.resources, uses, shares)


@dataclass(frozen=True, slots=True)
class RequestedToCapacityRatio:
    """A broken line over utilisation in percent. `shape` has (utilisation, score from 0 to 10), utilisation growing."""

    resources: tuple[ScoredResource, ...]
    shape: tuple[tuple[int, int], ...]
    defaults_count: bool = True

    def one(self, uses: Sequence[Use]) -> int:
        total = weights = 0
        for resource, use in zip(self.resources, uses, strict=True):
            if not use.allocatable:
                continue
            score = self._at(min(use.after, use.allocatable) * 100 // use.allocatable)
            if score > 0:
                total += score * resource.weight
                weights += resource.weight
        return math.floor(total / weights + 0.5) if weights else 0

    def many(self, uses: Sequence[Uses]) -> Ints:
        line = np.array([self._at(percent) for percent in range(101)], np.int64)
        total = weights = np.zeros(len(uses[0].after), np.int64)
        for resource, use in zip(self.resources, uses, strict=True):
            percent = np.minimum(use.after, use.allocatable) * 100 // np.maximum(use.allocatable, 1)
            score = np.where(use.allocatable > 0, line[percent], 0)
            total = total + score * resource.weight
            weights = weights + np.where(score > 0, resource.weight, 0)
        mean: Ints = np.floor(total / np.maximum(weights, 1) + 0.5).astype(np.int64)
        return mean

    def _at(self, percent: int) -> int:
        scale = MAX_NODE_SCORE // 10
        before: tuple[int, int] | None = None
        for utilisation, score in self.shape:
            if percent <= utilisation:
                if before is None:
                    return score * scale
                rise = (score - before[1]) * scale * (percent - before[0])
                return before[1] * scale + int(rise / (utilisation - before[0]))
            before = (utilisation, score)
        return self.shape[-1][1] * scale


def _mean(resources: Sequence[ScoredResource], uses: Sequence[Uses], shares: Sequence[Ints]) -> Ints:
    """The weighted mean of the resources that a node has, rounded down."""
    if all(bool(use.allocatable.all()) for use in uses):
        total = shares[0] * resources[0].weight
        for resource, share in zip(resources[1:], shares[1:], strict=True):
            total = total + share * resource.weight
        return total // sum(r.weight for r in resources)
    total = np.zeros(len(shares[0]), np.int64)
    weights = np.zeros(len(shares[0]), np.int64)
    for resource, use, share in zip(resources, uses, shares, strict=True):
        counts = use.allocatable > 0
        total += np.where(counts, share, 0) * resource.weight
        weights += np.where(counts, resource.weight, 0)
    mean: Ints = total // np.maximum(weights, 1)
    return mean
