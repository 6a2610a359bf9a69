"""Namespace: what is in a namespace goes before the namespace does, pods first.

Upstream: pkg/controller/namespace/namespace_controller.go, pkg/controller/namespace/deletion/
{namespaced_resources_deleter,status_condition_utils}.go (v1.36).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, text, texts
from kspec.cluster.controller import Controller, Manager, phase
from kspec.cluster.moments import seconds_of, stamp
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Key, Stored, conditions_json, part
from kspec.cluster.throttle import NAMESPACE, Rate
from kspec.domain.kinds import KINDS
from kspec.source.tree import Json

_GRACE = 5.0
"""From the request, or any change of the namespace, to the work."""
_WITH_FINALIZERS = 15
_FINALIZER = "kubernetes"
_RESOURCES = {k.kind: (k.plural, k.group) for k in KINDS if k.namespaced} | {
    "ControllerRevision": ("controllerrevisions", "apps"),
    "Event": ("events", ""),
    "EndpointSlice": ("endpointslices", "discovery.k8s.io"),
}
_FIRST = "Pod"


@dataclass(slots=True)
class _Left:
    """What could not be deleted at once. `seconds` is a guess of how long it takes."""

    resources: dict[str, int] = field(default_factory=dict)
    finalizers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class NamespaceController(Controller):
    name: ClassVar[str] = "namespace-controller"
    title: ClassVar[str] = "namespace"
    rate: ClassVar[Rate] = NAMESPACE
    workers: ClassVar[int] = 10

    def __init__(self, manager: Manager) -> None:
        self._api = manager.api
        super().__init__(manager)

    def watch(self) -> None:
        self.cache.on("Namespace", self._changed)

    def _changed(self, change: Change) -> None:
        if change.verb is not Verb.DELETED and change.now.deleting:
            self.queue.add_after(change.now.key, _GRACE)

    async def sync(self, key: Key) -> None:
        try:
            namespace = await self.client.get("Namespace", key)
        except Refused:
            return
        if not namespace.deleting or not texts(namespace.spec, "finalizers"):
            return
        left = _Left()
        await self._empty(_FIRST, namespace, left)
        if not left.resources:
            for kind in sorted(_RESOURCES):
                if kind != _FIRST:
                    await self._empty(kind, namespace, left)
        namespace = await self._tell(namespace, left)
        if left.resources:
            self.queue.add_after(key, left.seconds // 2 + 1)
            return
        draft = namespace.draft()
        spec = part(draft, "spec")
        spec["finalizers"] = [f for f in texts(spec, "finalizers") if f != _FINALIZER]
        await self.client.update(draft)

    async def _empty(self, kind: str, namespace: Stored, left: _Left) -> None:
        """Delete everything of a kind, and note what is still there afterwards."""
        found = list(self._api.store.all(kind, namespace.name))
        if not found:
            return
        seconds = self._pods_take(found, namespace) if kind == _FIRST else 0.0
        for item in found:
            try:
                await self.client.delete(kind, item.key)
            except Refused as refused:
                if refused.refusal.code != 404:
                    raise
        staying = list(self._api.store.all(kind, namespace.name))
        if staying:
            plural, group = _RESOURCES[kind]
            left.resources[f"{plural}.{group}"] = len(staying)
            left.finalizers.update(f for item in staying for f in item.finalizers)
            if not seconds and any(item.finalizers for item in staying):
                seconds = _WITH_FINALIZERS
        left.seconds = max(left.seconds, seconds)

    def _pods_take(self, pods: list[Stored], namespace: Stored) -> float:
        """How long the pods have to end, counted from the deletion of the namespace."""
        running = [p for p in pods if phase(p) not in ("Succeeded", "Failed")]
        longest = max((integer(p.spec, "terminationGracePeriodSeconds") for p in running), default=0)
        asked = seconds_of(text(namespace.manifest, "metadata", "deletionTimestamp"))
        return max(0.0, longest - (self.loop.now - asked))

    async def _tell(self, namespace: Stored, left: _Left) -> Stored:
        wanted = _conditions(left)
        known = {c.type: c for c in namespace.conditions}
        same = all(
            c.type in known
            and (known[c.type].status, known[c.type].reason, known[c.type].message) == (c.status, c.reason, c.message)
            for c in wanted
        )
        if same:
            return namespace
        now = stamp(self.loop.now)
        told = [Condition(c.type, c.status, c.reason, c.message, now) for c in wanted]
        others = [c for c in namespace.conditions if c.type not in {t.type for t in told}]
        conditions: list[Json] = conditions_json([*others, *told])
        return await self.client.update_status(namespace.with_status({**namespace.status, "conditions": conditions}))


def _conditions(left: _Left) -> list[Condition]:
    return [
        Condition(
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        Condition(
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        Condition(
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        _content(left),
        _finalizers(left),
    ]


def _content(left: _Left) -> Condition:
    kind = "NamespaceContentRemaining"
    if not left.resources:
        return Condition(kind, "False", "ContentRemoved", "All content successfully removed")
    listed = ", ".join(f"{name} has {count} resource instances" for name, count in sorted(left.resources.items()))
    return Condition(kind, "True", "SomeResourcesRemain", f"Some resources are remaining: {listed}")


def _finalizers(left: _Left) -> Condition:
    kind = "NamespaceFinalizersRemaining"
    if not left.finalizers:
        return Condition(kind, "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
    listed = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(left.finalizers.items()))
    said = f"Some content in the namespace has finalizers remaining: {listed}"
    return Condition(kind, "True", "SomeFinalizersRemain", said)
