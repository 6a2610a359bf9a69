"""What is known of a node's health.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (`tryUpdateNodeHealth`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kspec.cluster.stored import Condition, Stored, conditions_json
from kspec.source.tree import Object

_GRACE, _STARTUP = 50.0, 60.0
_KINDS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


@dataclass(frozen=True, slots=True)
class Health:
    """`since` is when a new renewal of the lease was seen last."""

    since: float
    lease: str = ""

    def seen(self, lease: str, now: float) -> Health:
        return self if lease == self.lease else replace(self, lease=lease, since=now)

    def silent(self, now: float, *, never_posted: bool) -> bool:
        """Whether the node has said nothing for so long that nothing is known of it."""
        return now > self.since + (_STARTUP if never_posted else _GRACE)

    def restarted(self, now: float) -> Health:
        return replace(self, since=now)


def unknown(node: Stored, now: str) -> Object:
    """The node's status with nothing known of it any more."""
    conditions = {c.type: c for c in node.conditions}
    for kind in _KINDS:
        there = conditions.get(kind)
        if there is None:
            said = ("NodeStatusNeverUpdated", "Kubelet never posted node status.")
            conditions[kind] = Condition(kind, "Unknown", *said, now)
        elif there.status != "Unknown":
            said = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
            conditions[kind] = Condition(kind, "Unknown", *said, now)
    return {**node.status, "conditions": conditions_json(conditions.values())}
