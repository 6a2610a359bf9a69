"""What PodTopologySpread counts, for all nodes at once.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{common,scoring}.go (v1.36).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kspec.domain.node import HOSTNAME
from kspec.scheduler.framework.arrays import Bools, Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.plugins.spread_constraints import Constraint


@dataclass(frozen=True, slots=True)
class Ignored:
    """Which of the feasible nodes a pod's soft constraints say nothing about."""

    nodes: Bools


def taking_part(
    pod: PodInfo, constraints: Sequence[Constraint], cluster: Cluster, *, require_all: bool, name: str
) -> list[Bools]:
    """For each constraint the slots whose pods it counts: its policies include them, and they have all keys needed."""
    spec = pod.spec
    policies = tuple((c.key, c.honor_affinity, c.honor_taints) for c in constraints)

    def parts() -> tuple[object, ...]:
        required = spec.affinity.node_affinity.required
        return policies, require_all, tuple(sorted(spec.node_selector.items())), required, spec.tolerations

    def judged(slots: Slots) -> Ints:
        out = np.zeros(len(slots), np.int64)
        for i, slot in enumerate(slots):
            node = cluster.nodes.nodes[slot]
            if node is None or (require_all and any(c.key not in node.labels for c in constraints)):
                continue
            for bit, constraint in enumerate(constraints):
                out[i] |= constraint.includes(spec, node) << bit
        return out

    bits = cluster.static(pod, name, parts, judged)
    return [(bits >> bit & 1).astype(np.bool_) for bit in range(len(constraints))]


def weigh(constraint: Constraint, here: Bools, cluster: Cluster, nodes: Slots, ignored: Bools) -> NDArray[np.float64]:
    """What one soft constraint adds to the scores of the feasible nodes."""
    domains = cluster.nodes.domains(constraint.key)
    pods = cluster.counts.matching(constraint.counted).by_node
    of = domains.of[nodes]
    if constraint.key == HOSTNAME:
        size = int(np.count_nonzero(~ignored))
        around: NDArray[np.float64] = pods[nodes].astype(np.float64)
    else:
        size = len(np.unique(of[~ignored]))
        around = domains.sums(pods * here)[of]
    score: NDArray[np.float64] = around * math.log(size + 2) + float(constraint.max_skew - 1)
    return np.where(of > 0, score, 0.0)
