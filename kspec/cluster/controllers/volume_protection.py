"""Claims stay as long as a pod has them, volumes as long as they are bound: finalizers see to it.

Upstream: pkg/controller/volume/{pvcprotection/pvc_protection_controller,pvprotection/pv_protection_controller}.go
(v1.36).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from kspec.cluster.controller import Controller, Manager, node_of, phase
from kspec.cluster.controllers.persistentvolume.claims import claims_in
from kspec.cluster.deletion import seconds_left
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored, part
from kspec.source.tree import Json

_PVC, _PV = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"


class _Protection(Controller):
    """Puts a finalizer on objects of a kind, and takes it off those that are to go and are not in use."""

    kind: ClassVar[str]
    finalizer: ClassVar[str]
    workers: ClassVar[int] = 1

    @abstractmethod
    def in_use(self, stored: Stored) -> bool:
        """Whether something still needs the object."""

    def watch(self) -> None:
        self.cache.on(self.kind, self._changed)

    def _changed(self, change: Change) -> None:
        protected = self.finalizer in change.now.finalizers
        if change.verb is not Verb.DELETED and protected == change.now.deleting:
            self.queue.add(change.now.key)

    async def sync(self, key: Key) -> None:
        found = self.cache.get(self.kind, key)
        if found is None:
            return
        protected = self.finalizer in found.finalizers
        if found.deleting and protected and not self.in_use(found):
            await self._write(found, [f for f in found.finalizers if f != self.finalizer])
        elif not found.deleting and not protected:
            await self._write(found, [*found.finalizers, self.finalizer])

    async def _write(self, found: Stored, finalizers: list[str]) -> None:
        draft = found.draft()
        part(draft, "metadata")["finalizers"] = list[Json](finalizers)
        await self.client.update(draft)


class PVCProtectionController(_Protection):
    """A claim is in use by every pod that names it and has a node, whether it still runs or not."""

    name: ClassVar[str] = "pvc-protection-controller"
    title: ClassVar[str] = "persistentvolumeclaim-protection"
    kind: ClassVar[str] = "PersistentVolumeClaim"
    finalizer: ClassVar[str] = _PVC

    def __init__(self, manager: Manager) -> None:
        self._api = manager.api
        super().__init__(manager)

    def watch(self) -> None:
        super().watch()
        self.cache.on("Pod", self._pod_changed)

    def _pod_changed(self, change: Change) -> None:
        """A pod that is gone, has ended, or has no node lets go of its claims."""
        pod = change.now
        ended = phase(pod) in ("Succeeded", "Failed") or _is_shut_down(pod)
        if change.verb is Verb.DELETED or ended or not node_of(pod):
            for name in sorted(claims_in(pod)):
                self.queue.add((pod.namespace, name))

    def in_use(self, stored: Stored) -> bool:
        pods = self._api.store.all("Pod", stored.namespace)
        users = (pod for pod in pods if node_of(pod) and stored.name in claims_in(pod))
        return any(not (stored.controlled_by(pod) and _is_shut_down(pod)) for pod in users)


def _is_shut_down(pod: Stored) -> bool:
    """Whether a pod that may still be there, for its finalizers, runs no more; its own claims need not wait for it."""
    return pod.deleting and seconds_left(pod) == 0


class PVProtectionController(_Protection):
    name: ClassVar[str] = "pv-protection-controller"
    title: ClassVar[str] = "persistentvolume-protection"
    kind: ClassVar[str] = "PersistentVolume"
    finalizer: ClassVar[str] = _PV

    def in_use(self, stored: Stored) -> bool:
        return stored.phase == "Bound"
