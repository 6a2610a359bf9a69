"""NodeResourcesBalancedAllocation: prefers nodes whose resources the pod brings closer to being used evenly.

Upstream: pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go (v1.36).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import MAX_NODE_SCORE, CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.plugins.resource_scoring import AllocationScorer
from kspec.scheduler.plugins.scoring_strategies import DEFAULT_RESOURCES, ScoredResource, Use, Uses

NAME = "NodeResourcesBalancedAllocation"
_HALF = MAX_NODE_SCORE // 2


def balance(used: Sequence[tuple[int, int]]) -> int:
    """100 less the standard deviation of the fractions used, in percent. Pairs are (requested, allocatable)."""
    fractions = [min(requested / allocatable, 1.0) for requested, allocatable in used if allocatable]
    deviation = 0.0
    if len(fractions) == 2:
        deviation = abs((fractions[0] - fractions[1]) / 2)
    elif len(fractions) > 2:
        total = squares = 0.0
        for fraction in fractions:
            total += fraction
        mean = total / len(fractions)
        for fraction in fractions:
            squares += (fraction - mean) * (fraction - mean)
        deviation = math.sqrt(squares / len(fractions))
    return int((1 - deviation) * MAX_NODE_SCORE)


@dataclass(frozen=True, slots=True)
class Balanced:
    """The strategy: how much the pod improves the balance, around 75 where it changes nothing."""

    resources: tuple[ScoredResource, ...]
    defaults_count: bool = False

    def one(self, uses: Sequence[Use]) -> int:
        after = balance([(use.after, use.allocatable) for use in uses])
        before = balance([(use.before, use.allocatable) for use in uses])
        return _HALF + int((_HALF + after - before) / 2)

    def many(self, uses: Sequence[Uses]) -> Ints:
        after = _balances([use.after for use in uses], [use.allocatable for use in uses])
        before = _balances([use.before for use in uses], [use.allocatable for use in uses])
        scores: Ints = _HALF + np.trunc((_HALF + after - before) / 2).astype(np.int64)
        return scores


def _balances(requested: Sequence[Ints], allocatable: Sequence[Ints]) -> Ints:
    """`balance` for many nodes: those that have the same resources are computed together."""
    out = np.full(len(requested[0]), MAX_NODE_SCORE, np.int64)
    present = sum((column > 0).astype(np.int64) << i for i, column in enumerate(allocatable))
    for pattern in np.unique(present):
        here = present == pattern
        columns = [i for i in range(len(allocatable)) if pattern >> i & 1]
        if len(columns) < 2:
            continue
        fractions = [np.minimum(requested[i][here] / allocatable[i][here], 1.0) for i in columns]
        out[here] = ((1 - _deviation(fractions)) * MAX_NODE_SCORE).astype(np.int64)
    return out


def _deviation(fractions: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    if len(fractions) == 2:
        return np.abs((fractions[0] - fractions[1]) / 2)
    mean = sum(fractions[1:], fractions[0]) / len(fractions)
    squares = np.zeros_like(mean)
    for fraction in fractions:
        squares += (fraction - mean) * (fraction - mean)
    return np.sqrt(squares / len(fractions))


class NodeResourcesBalancedAllocation:
    """PreScore, Score. Pods that request none of the resources are not scored."""

    name = NAME

    def __init__(self, resources: tuple[ScoredResource, ...] = DEFAULT_RESOURCES) -> None:
        self._scorer = AllocationScorer(NAME, Balanced(resources))

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        return any(self._scorer.requests(pod))

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        return self._scorer.scores(pod, cluster, nodes)

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        return self._scorer.score(pod, node)

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return scores
