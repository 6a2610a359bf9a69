"""DefaultBinder: the pod is on the node from now on.

Upstream: pkg/scheduler/framework/plugins/defaultbinder/default_binder.go (v1.36).
"""

from __future__ import annotations

from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import CycleState
from kspec.scheduler.framework.podinfo import PodInfo

NAME = "DefaultBinder"


class DefaultBinder:
    """Bind."""

    name = NAME

    def bind(self, state: CycleState, pod: PodInfo, node: str, cluster: Cluster) -> None:
        cluster.nominate(pod, "")
        cluster.place(pod, node)
