"""PersistentVolume binder: what sets it off. Everything is looked at again every fifteen seconds.

Upstream: pkg/controller/volume/persistentvolume/pv_controller_base.go (v1.36). Volumes are made by external
provisioners only; recycling, deprecated, is not played.
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.cluster.controller import Controller, Manager
from kspec.cluster.controllers.persistentvolume.binding import Binding
from kspec.cluster.controllers.persistentvolume.claims import sync_claim
from kspec.cluster.controllers.persistentvolume.facts import claim_key
from kspec.cluster.controllers.persistentvolume.known import Known
from kspec.cluster.controllers.persistentvolume.volumes import sync_volume
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored
from kspec.cluster.workqueue import WorkQueue

_RESYNC = 15.0
CLAIM, VOLUME = "PersistentVolumeClaim", "PersistentVolume"


class PersistentVolumeController(Controller):
    """`queue` is that of the volumes."""

    name: ClassVar[str] = "persistentvolume-controller"
    title: ClassVar[str] = "persistentvolume-binder"
    workers: ClassVar[int] = 1

    def __init__(self, manager: Manager) -> None:
        self.claims = Known(manager.cache, CLAIM)
        self.volumes = Known(manager.cache, VOLUME)
        self._provisioning: set[str] = set()
        super().__init__(manager)
        self.binding = Binding(self.client, self.claims, self.volumes)
        self.claim_queue = WorkQueue(manager.loop, self._sync_claim, workers=1)

    def watch(self) -> None:
        self.cache.on(CLAIM, self._claim_changed)
        self.cache.on(VOLUME, self._volume_changed)
        self.loop.every(_RESYNC, self._look_at_all)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _claim_changed(self, change: Change) -> None:
        volume = text(change.now.spec, "volumeName")
        if change.verb is not Verb.DELETED:
            self.claim_queue.add(change.now.key)
        elif volume:
            self.queue.add(("", volume))

    def _volume_changed(self, change: Change) -> None:
        claim = claim_key(change.now)
        if change.verb is not Verb.DELETED:
            self.queue.add(change.now.key)
        elif claim is not None:
            self.claim_queue.add(claim)

    def _look_at_all(self) -> None:
        for claim in self.cache.list(CLAIM):
            self.claim_queue.add(claim.key)
        for volume in self.cache.list(VOLUME):
            self.queue.add(volume.key)

    # -- one volume, one claim -----------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        volume = self.volumes.get(key)
        if volume is not None:
            await sync_volume(self, volume)

    async def _sync_claim(self, key: Key) -> None:
        claim = self.claims.get(key)
        if claim is not None:
            await sync_claim(self, claim)

    def provision(self, claim: Stored, driver: str) -> None:
        """Ask an external provisioner for a volume, beside other work and once at a time for a claim."""
        if claim.uid not in self._provisioning:
            self._provisioning.add(claim.uid)
            self.loop.spawn(self._ask(claim, driver))

    async def _ask(self, claim: Stored, driver: str) -> None:
        try:
            claim = await self.binding.provisioner(claim, driver)
        except Refused as refused:
            self.events.warning(claim, "ProvisioningFailed", f"Error saving claim: {refused.refusal.message}")
        else:
            said = (
                f"Waiting for a volume to be created either by the external provisioner '{driver}' or manually by the"
                " system administrator. If volume creation is delayed, please verify that the provisioner is running"
                " and correctly registered."
            )
            self.events.normal(claim, "ExternalProvisioning", said)
        self._provisioning.discard(claim.uid)
