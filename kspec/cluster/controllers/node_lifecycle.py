"""Node lifecycle: the taints that follow from what a node says about itself.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (v1.36).
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.fields import flag, objects, text
from kspec.cluster.controller import Controller
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored, part
from kspec.source.tree import Json

_PREFIX = "node.kubernetes.io/"
NOT_READY, UNREACHABLE = f"{_PREFIX}not-ready", f"{_PREFIX}unreachable"
_UNSCHEDULABLE = f"{_PREFIX}unschedulable"
_BY_CONDITION = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): f"{_PREFIX}memory-pressure",
    ("DiskPressure", "True"): f"{_PREFIX}disk-pressure",
    ("NetworkUnavailable", "True"): f"{_PREFIX}network-unavailable",
    ("PIDPressure", "True"): f"{_PREFIX}pid-pressure",
}
_OURS = frozenset({*_BY_CONDITION.values(), _UNSCHEDULABLE})


class NodeLifecycleController(Controller):
    name: ClassVar[str] = "node-controller"
    title: ClassVar[str] = "node-lifecycle"

    def watch(self) -> None:
        self.cache.on("Node", self._changed)

    def _changed(self, change: Change) -> None:
        if change.verb is not Verb.DELETED:
            self.queue.add(change.now.key)

    async def sync(self, key: Key) -> None:
        node = self.cache.get("Node", key)
        if node is None:
            return
        wanted = _taints(node)
        given = objects(node.spec, "taints")
        kept = [t for t in given if text(t, "effect") != "NoSchedule" or text(t, "key") not in _OURS]
        ours = {text(t, "key") for t in given if t not in kept}
        if ours != set(wanted):
            draft = node.draft()
            added: list[Json] = [{"key": name, "effect": "NoSchedule"} for name in wanted]
            new = [*kept, *added]
            spec = part(draft, "spec")
            if new:
                spec["taints"] = new
            else:
                spec.pop("taints", None)
            await self.client.update(draft)


def _taints(node: Stored) -> list[str]:
    """The keys of the NoSchedule taints that a node must have."""
    keys = [_BY_CONDITION[c.type, c.status] for c in node.conditions if (c.type, c.status) in _BY_CONDITION]
    return [*keys, _UNSCHEDULABLE] if flag(node.spec, "unschedulable") else keys
