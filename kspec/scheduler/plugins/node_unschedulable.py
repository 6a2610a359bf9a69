"""NodeUnschedulable: cordoned nodes are refused, unless their taint is tolerated.

Upstream: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.domain.matching import UNSCHEDULABLE
from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.predicates import schedulable, tolerated

NAME = "NodeUnschedulable"
CORDONED = Status(Code.UNRESOLVABLE, ("node(s) were unschedulable",), NAME)


class NodeUnschedulable:
    """Filter."""

    name = NAME

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return OK if schedulable(pod.spec, node.node) else CORDONED

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        if tolerated(UNSCHEDULABLE, pod.spec.tolerations):
            return None

        def cordoned(slots: Slots) -> Ints:
            nodes = (cluster.nodes.nodes[slot] for slot in slots)
            return np.fromiter((node is not None and node.spec.unschedulable for node in nodes), np.int64, len(slots))

        return Verdicts(cluster.static(pod, NAME, tuple, cordoned), lambda code: CORDONED)
