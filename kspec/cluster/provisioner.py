"""External provisioners: they make the volumes that claims ask for, and delete those that are released.

A StorageClass has one if its annotation `kspec.test/provision-seconds` says how long a volume takes; without it nobody
answers, as in a cluster whose driver is not installed.

Upstream: kubernetes-csi/external-provisioner (the controller of sig-storage-lib-external-provisioner): its events, the
finalizer of a volume with the policy Delete, and the volume's name.
"""

from __future__ import annotations

from kspec.api.admission.refusal import Refused
from kspec.api.fields import obj, text
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.cache import Cache
from kspec.cluster.client import Client
from kspec.cluster.controllers.persistentvolume.binding import reference_to
from kspec.cluster.controllers.persistentvolume.facts import (
    PROVISIONED_BY,
    PROVISIONERS,
    SELECTED_NODE,
    class_of,
    driver_of,
    policy_of,
    waits_for_consumer,
)
from kspec.cluster.loop import Loop
from kspec.cluster.recorder import Recorder
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Json, Object

_SECONDS = "kspec.test/provision-seconds"
_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer"


class Provisioners:
    """The provisioners of all classes that have one."""

    def __init__(self, loop: Loop, api: ApiServer, cache: Cache) -> None:
        self._loop = loop
        self._cache = cache
        self._client = Client(loop, api, "external-provisioner")
        self._recorders: dict[str, Recorder] = {}
        self._busy: set[str] = set()
        cache.on("PersistentVolumeClaim", self._claim_changed)
        cache.on("PersistentVolume", self._volume_changed)

    def _events(self, driver: str) -> Recorder:
        if driver not in self._recorders:
            self._recorders[driver] = Recorder(self._loop, self._client, driver)
        return self._recorders[driver]

    # -- volumes that are wanted ---------------------------------------------------------------------------------------

    def _claim_changed(self, change: Change) -> None:
        claim = change.now
        storage_class = self._cache.get("StorageClass", ("", class_of(claim)))
        if change.verb is Verb.DELETED or storage_class is None or text(claim.spec, "volumeName"):
            return
        seconds = _seconds(storage_class)
        if seconds is None or claim.annotations.get(PROVISIONERS[-1]) != driver_of(storage_class):
            return
        if waits_for_consumer(storage_class) and SELECTED_NODE not in claim.annotations:
            return
        if claim.uid not in self._busy:
            self._busy.add(claim.uid)
            self._loop.spawn(self._provision(claim, storage_class, seconds))

    async def _provision(self, claim: Stored, storage_class: Stored, seconds: float) -> None:
        events = self._events(driver_of(storage_class))
        said = f'External provisioner is provisioning volume for claim "{claim.namespace}/{claim.name}"'
        events.normal(claim, "Provisioning", said)
        await self._loop.sleep(seconds)
        try:
            made = await self._client.create(_volume(claim, storage_class))
        except Refused as refused:
            events.warning(claim, "ProvisioningFailed", refused.refusal.message)
            self._busy.discard(claim.uid)
        else:
            events.normal(claim, "ProvisioningSucceeded", f"Successfully provisioned volume {made.name}")

    # -- volumes that are not wanted any more --------------------------------------------------------------------------

    def _volume_changed(self, change: Change) -> None:
        volume = change.now
        released = volume.phase == "Released" and policy_of(volume) == "Delete" and _FINALIZER in volume.finalizers
        if change.verb is not Verb.DELETED and released and volume.uid not in self._busy:
            self._busy.add(volume.uid)
            self._loop.spawn(self._delete(volume))

    async def _delete(self, volume: Stored) -> None:
        try:
            gone = await self._client.delete("PersistentVolume", volume.key)
            body: dict[str, Json] = {"$deleteFromPrimitiveList/finalizers": [_FINALIZER]}
            await self._client.patch("PersistentVolume", gone.key, {"metadata": body})
        except Refused:
            return


def _seconds(storage_class: Stored) -> float | None:
    """How long a volume takes; None if nobody makes any."""
    try:
        return max(0.0, float(storage_class.annotations[_SECONDS]))
    except (KeyError, ValueError):
        return None


def _volume(claim: Stored, storage_class: Stored) -> Object:
    driver, policy = driver_of(storage_class), text(storage_class.manifest, "reclaimPolicy") or "Delete"
    name = f"pvc-{claim.uid}"
    manifest: Object = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: driver}},
        "spec": {
            "capacity": dict(obj(claim.spec, "resources", "requests")),
            "accessModes": claim.spec.get("accessModes"),
            "volumeMode": text(claim.spec, "volumeMode") or "Filesystem",
            "persistentVolumeReclaimPolicy": policy,
            "storageClassName": class_of(claim),
            "claimRef": reference_to(claim),
            "csi": {"driver": driver, "volumeHandle": name},
        },
    }
    if policy == "Delete":
        part(manifest, "metadata")["finalizers"] = [_FINALIZER]
    return manifest
