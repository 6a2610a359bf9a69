"""The taints that follow from what a node says about itself, and how they are put on and taken off.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/controller/util/node/controller_utils.go
(`SwapNodeControllerTaint`) (v1.36): what is new is added first, in a write of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.api.fields import flag, objects, text
from kspec.cluster.client import Client
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Json, Object

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


@dataclass(frozen=True, slots=True)
class Mark:
    """A taint of the controller: it has no value."""

    key: str
    effect: str

    def on(self, node: Stored) -> bool:
        return any(self.is_taint(taint) for taint in objects(node.spec, "taints"))

    def is_taint(self, taint: Object) -> bool:
        return (text(taint, "key"), text(taint, "effect")) == (self.key, self.effect)


NOT_READY_NOW, UNREACHABLE_NOW = Mark(NOT_READY, "NoExecute"), Mark(UNREACHABLE, "NoExecute")


def taints_of(node: Stored) -> set[str]:
    """The keys of a node's taints."""
    return {text(taint, "key") for taint in objects(node.spec, "taints")}


def no_schedule(node: Stored) -> list[Mark]:
    """The NoSchedule taints that a node must have."""
    keys = [_BY_CONDITION[c.type, c.status] for c in node.conditions if (c.type, c.status) in _BY_CONDITION]
    if flag(node.spec, "unschedulable"):
        keys.append(_UNSCHEDULABLE)
    return [Mark(key, "NoSchedule") for key in keys]


def given_no_schedule(node: Stored) -> list[Mark]:
    """The NoSchedule taints that it has of those that it may have to have."""
    marks = [Mark(text(t, "key"), text(t, "effect")) for t in objects(node.spec, "taints")]
    return [mark for mark in marks if mark.effect == "NoSchedule" and mark.key in _OURS]


async def swap(client: Client, node: Stored, add: list[Mark], remove: list[Mark]) -> None:
    """Put taints on a node, and then take others off."""
    add = [mark for mark in add if not mark.on(node)]
    remove = [mark for mark in remove if mark.on(node)]
    if add:
        new: list[Json] = [{"key": mark.key, "effect": mark.effect} for mark in add]
        node = await _write(client, node, [*objects(node.spec, "taints"), *new])
    if remove:
        kept = [t for t in objects(node.spec, "taints") if not any(mark.is_taint(t) for mark in remove)]
        await _write(client, node, list[Json](kept))


async def _write(client: Client, node: Stored, taints: list[Json]) -> Stored:
    draft = node.draft()
    spec = part(draft, "spec")
    if taints:
        spec["taints"] = taints
    else:
        spec.pop("taints", None)
    return await client.update(draft)
