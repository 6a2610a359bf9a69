"""What a plugin says of a node.

Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go (`Code`, `Status`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Code(Enum):
    """The verdict. Preempting other pods may help against `UNSCHEDULABLE`, never against `UNRESOLVABLE`."""

    SUCCESS = "Success"
    UNSCHEDULABLE = "Unschedulable"
    UNRESOLVABLE = "UnschedulableAndUnresolvable"
    ERROR = "Error"
    WAIT = "Wait"


@dataclass(frozen=True, slots=True)
class Status:
    """A verdict, its reasons, and the plugin that gave it (empty where no plugin did)."""

    code: Code = Code.SUCCESS
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def ok(self) -> bool:
        return self.code is Code.SUCCESS

    @property
    def rejected(self) -> bool:
        """Whether the pod was refused, rather than accepted or left to an error."""
        return self.code in (Code.UNSCHEDULABLE, Code.UNRESOLVABLE)

    @property
    def message(self) -> str:
        return ", ".join(self.reasons)


OK = Status()
RULED_OUT = Status(Code.UNRESOLVABLE)
"""The status of nodes that were not even looked at."""
