"""TaintToleration: refuses nodes with taints the pod does not tolerate, and prefers nodes without soft ones.

Upstream: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.domain.node import Node
from kspec.domain.pod import Toleration
from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.normalize import default_normalize
from kspec.scheduler.predicates import PREFER_NO_SCHEDULE, tolerated, untolerated

NAME = "TaintToleration"
SCORE = "TaintToleration score"
UNTOLERATED = Status(Code.UNRESOLVABLE, ("node(s) had untolerated taint(s)",), NAME)


def avoided(node: Node, tolerations: Sequence[Toleration]) -> int:
    """How many of a node's PreferNoSchedule taints a pod with these tolerations does not tolerate."""
    soft = [t for t in tolerations if t.effect in ("", PREFER_NO_SCHEDULE)]
    return sum(t.effect == PREFER_NO_SCHEDULE and not tolerated(t, soft) for t in node.spec.taints)


class TaintToleration:
    """Filter, PreScore, Score, NormalizeScore. Few sets of taints occur in a cluster; each is judged once."""

    name = NAME

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return OK if untolerated(pod.spec, node.node) is None else UNTOLERATED

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        spec = pod.spec
        seen: dict[object, int] = {}

        def judged(slots: Slots) -> Ints:
            out = np.zeros(len(slots), np.int64)
            for i, slot in enumerate(slots):
                node = cluster.nodes.nodes[slot]
                if node is not None and (taints := node.spec.taints):
                    if taints not in seen:
                        seen[taints] = int(untolerated(spec, node) is not None)
                    out[i] = seen[taints]
            return out

        return Verdicts(cluster.static(pod, NAME, lambda: spec.tolerations, judged), lambda code: UNTOLERATED)

    def pre_score(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> bool:
        return True

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        tolerations = pod.spec.tolerations

        def counted(slots: Slots) -> Ints:
            found = (cluster.nodes.nodes[slot] for slot in slots)
            return np.fromiter(
                (avoided(n, tolerations) if n and n.spec.taints else 0 for n in found), np.int64, len(slots)
            )

        return cluster.static(pod, SCORE, lambda: tolerations, counted)[nodes]

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        return avoided(node.node, pod.spec.tolerations)

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return default_normalize(scores, reverse=True)
