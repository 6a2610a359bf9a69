"""SchedulingGates: a pod with gates does not enter the queue.

Upstream: pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go (v1.36).
"""

from __future__ import annotations

from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status

NAME = "SchedulingGates"
CONDITION = "Scheduling is blocked due to non-empty scheduling gates"
"""The message of the condition that the API server puts on a gated pod; its reason is `SchedulingGated`."""


class SchedulingGates:
    """PreEnqueue."""

    name = NAME

    def pre_enqueue(self, pod: PodInfo) -> Status:
        gates = pod.pod.spec.scheduling_gates
        if not gates:
            return OK
        reason = f"waiting for scheduling gates: [{' '.join(gate.name for gate in gates)}]"
        return Status(Code.UNRESOLVABLE, (reason,), NAME)
