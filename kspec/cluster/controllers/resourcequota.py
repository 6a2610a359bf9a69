"""ResourceQuota: counts what a namespace uses, when a quota changes and when something is given back.

Upstream: pkg/controller/resourcequota/{resource_quota_controller,resource_quota_monitor}.go,
pkg/quota/v1/evaluator/core/registry.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from kspec.cluster.controller import Controller, phase
from kspec.cluster.quota import recounted
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.domain.kinds import KINDS

_UNCOUNTED = frozenset({"Event", "Namespace", "Node"})
_ENDED = ("Succeeded", "Failed")
_COUNTED = tuple(dict.fromkeys(k.kind for k in KINDS if k.namespaced and k.kind not in _UNCOUNTED))
_RESYNC = 300.0
"""How often all quotas are counted afresh. Seconds."""


class ResourceQuotaController(Controller):
    name: ClassVar[str] = "resourcequota-controller"
    title: ClassVar[str] = "resourcequota"

    def watch(self) -> None:
        self.cache.on("ResourceQuota", self._quota_changed)
        for kind in _COUNTED:
            self.cache.on(kind, self._given_back)
        self.loop.every(_RESYNC, self._count_all)

    def _count_all(self) -> None:
        for quota in self.cache.list("ResourceQuota"):
            self.queue.add(quota.key)

    def _quota_changed(self, change: Change) -> None:
        """A quota that wants something else is counted afresh; a new one too."""
        if change.verb is Verb.DELETED:
            return
        before = change.before
        if before is None or before.spec != change.now.spec:
            self.queue.add(change.now.key)

    def _given_back(self, change: Change) -> None:
        """Something is gone, or a pod has ended: what it used is free."""
        ended = change.before is not None and phase(change.before) not in _ENDED and phase(change.now) in _ENDED
        if change.verb is Verb.DELETED or (change.now.kind == "Pod" and ended):
            for quota in self.cache.list("ResourceQuota", change.now.namespace):
                self.queue.add(quota.key)

    async def sync(self, key: Key) -> None:
        quota = self.cache.get("ResourceQuota", key)
        if quota is None:
            return
        status = recounted(quota, self._objects(key[0]))
        if status != {name: quota.status.get(name) for name in status}:
            await self.client.update_status(quota.with_status(status))

    def _objects(self, namespace: str) -> Iterator[Stored]:
        for kind in _COUNTED:
            yield from self.cache.list(kind, namespace)
