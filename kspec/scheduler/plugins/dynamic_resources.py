"""DynamicResources: devices that pods claim.

Upstream: pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.interface import PROCEED, CycleState, Handle, PostFilterResult, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import Code, Status

NAME = "DynamicResources"
NOTHING_TO_FREE = Status(Code.UNSCHEDULABLE, ("no new claims to deallocate",), NAME)
NOT_PREPARED = Status(Code.ERROR, ("not found",), NAME)
"""What comes of asking for deallocation when an earlier plugin refused the pod before this one saw it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The pod has been looked at."""


class DynamicResources:
    """PreFilter, PostFilter, Score."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        state.write(Claims())
        return PROCEED

    def post_filter(self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis, handle: Handle) -> PostFilterResult:
        return PostFilterResult(NOT_PREPARED if state.find(Claims) is None else NOTHING_TO_FREE)

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        return np.zeros(len(nodes), np.int64)

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        return 0

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return scores
