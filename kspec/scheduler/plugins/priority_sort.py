"""PrioritySort: higher priority first, then who has waited longest.

Upstream: pkg/scheduler/framework/plugins/queuesort/priority_sort.go (v1.36).
"""

from __future__ import annotations

from kspec.scheduler.framework.podinfo import PodInfo

NAME = "PrioritySort"


class PrioritySort:
    """QueueSort."""

    name = NAME

    def less(self, pod: PodInfo, since: float, other: PodInfo, other_since: float) -> bool:
        return (-pod.priority, since) < (-other.priority, other_since)
