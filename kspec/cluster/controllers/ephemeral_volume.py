"""Generic ephemeral volumes: a claim is made for each, which belongs to the pod and goes with it.

Upstream: pkg/controller/volume/ephemeral/controller.go, staging/src/k8s.io/component-helpers/storage/ephemeral (v1.36).
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import obj, objects, text
from kspec.cluster.controller import Controller
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.cluster.workqueue import Retry
from kspec.source.tree import Object


class EphemeralVolumeController(Controller):
    name: ClassVar[str] = "ephemeral_volume"
    title: ClassVar[str] = "ephemeral-volume"

    def watch(self) -> None:
        self.cache.on("Pod", self._pod_changed)
        self.cache.on("PersistentVolumeClaim", self._claim_changed)

    def _pod_changed(self, change: Change) -> None:
        """Only a new pod needs claims: its volumes do not change."""
        if change.verb is Verb.ADDED and _ephemeral(change.now):
            self.queue.add(change.now.key)

    def _claim_changed(self, change: Change) -> None:
        owner = change.now.controller
        if change.verb is Verb.DELETED and owner is not None and owner.kind == "Pod":
            self.queue.add((change.now.namespace, owner.name))

    async def sync(self, key: Key) -> None:
        pod = self.cache.get("Pod", key)
        if pod is None or pod.deleting:
            return
        for volume in _ephemeral(pod):
            await self._claim(pod, volume)

    async def _claim(self, pod: Stored, volume: Object) -> None:
        name = f"{pod.name}-{text(volume, 'name')}"
        known = self.cache.get("PersistentVolumeClaim", (pod.namespace, name))
        if known is not None and known.controlled_by(pod):
            return
        try:
            if known is not None:
                pod_name = f"{pod.namespace}/{pod.name}"
                why = f"PVC {pod.namespace}/{name} was not created for pod {pod_name} (pod is not owner)"
                self._failed(pod, volume, why)
                raise Retry
            await self.client.create(_manifest(pod, volume, name))
        except Refused as refused:
            self._failed(pod, volume, f"create PVC {name}: {refused.refusal.message}")
            raise

    def _failed(self, pod: Stored, volume: Object, why: str) -> None:
        self.events.warning(pod, "FailedBinding", f"ephemeral volume {text(volume, 'name')}: {why}")


def _ephemeral(pod: Stored) -> list[Object]:
    return [volume for volume in objects(pod.spec, "volumes") if volume.get("ephemeral")]


def _manifest(pod: Stored, volume: Object, name: str) -> Object:
    template = obj(volume, "ephemeral", "volumeClaimTemplate")
    given = obj(template, "metadata")
    metadata: Object = {
        "name": name,
        "namespace": pod.namespace,
        "ownerReferences": [pod.as_owner().as_json()],
        **{field: given[field] for field in ("annotations", "labels") if given.get(field)},
    }
    spec = dict(obj(template, "spec"))
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
