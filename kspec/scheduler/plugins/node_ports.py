"""NodePorts: refuses nodes where a host port of the pod is taken.

Upstream: pkg/scheduler/framework/plugins/nodeports/node_ports.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.predicates import HostPort

NAME = "NodePorts"
TAKEN = Status(Code.UNSCHEDULABLE, ("node(s) didn't have free ports for the requested pod ports",), NAME)


def taken(wanted: Iterable[HostPort], others: Iterable[PodInfo]) -> bool:
    """Whether one of the wanted ports conflicts with a port of the other pods."""
    used = [port for other in others for port in other.template.ports]
    return any(want.conflicts(port) for want in wanted for port in used)


class NodePorts:
    """PreFilter, Filter."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        return PROCEED if pod.template.ports else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return TAKEN if taken(pod.template.ports, node.pods) else OK

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        ports = pod.template.ports

        def judged(slots: Slots) -> Ints:
            pods = (cluster.pods_on(slot) for slot in slots)
            return np.fromiter((taken(ports, on_node) for on_node in pods), np.int64, len(slots))

        return Verdicts(cluster.local(pod, NAME, lambda: ports, judged), lambda code: TAKEN)
