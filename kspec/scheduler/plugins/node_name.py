"""NodeName: a pod that names its node goes there or nowhere.

Such pods pass the scheduler by; the filter speaks when one is asked about all the same.

Upstream: pkg/scheduler/framework/plugins/nodename/node_name.go (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts

NAME = "NodeName"
OTHER = Status(Code.UNRESOLVABLE, ("node(s) didn't match the requested node name",), NAME)


class NodeName:
    """Filter."""

    name = NAME

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return OK if pod.spec.node_name in ("", node.name) else OTHER

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        wanted = pod.spec.node_name
        if not wanted:
            return None
        codes = np.ones(cluster.nodes.size, np.int64)
        if wanted in cluster.nodes.slot:
            codes[cluster.nodes.slot[wanted]] = 0
        return Verdicts(codes, lambda code: OTHER)
