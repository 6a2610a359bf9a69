"""The writes of the binder: a binding is four of them, each only where something changes.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (`bind`, `unbindVolume`, `updateClaimStatus`,
`updateVolumePhase`) (v1.36).
"""

from __future__ import annotations

from kspec.api.fields import obj
from kspec.cluster.client import Client
from kspec.cluster.controllers.persistentvolume.facts import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONERS,
    claim_key,
    claim_uid,
    is_for,
)
from kspec.cluster.controllers.persistentvolume.known import Known
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Object


def reference_to(claim: Stored) -> Object:
    """`claimRef`."""
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": claim.namespace,
        "name": claim.name,
        "uid": claim.uid,
        "apiVersion": "v1",
        "resourceVersion": str(claim.revision),
    }


class Binding:
    """Writes claims and volumes, and remembers what it has written."""

    def __init__(self, client: Client, claims: Known, volumes: Known) -> None:
        self._client = client
        self._claims = claims
        self._volumes = volumes

    async def bind(self, volume: Stored, claim: Stored, now: float) -> None:
        """The volume first, then the claim; for each what is asked for and then its status."""
        volume = await self._point_at(volume, claim)
        volume = await self.phase(volume, "Bound", now)
        claim = await self._name(claim, volume)
        await self.tell(claim, "Bound", volume)

    async def _point_at(self, volume: Stored, claim: Stored) -> Stored:
        draft = volume.draft()
        if claim_key(volume) != claim.key or claim_uid(volume) != claim.uid:
            part(draft, "spec")["claimRef"] = reference_to(claim)
        if not is_for(volume, claim):
            part(draft, "metadata", "annotations").setdefault(BOUND_BY_CONTROLLER, "yes")
        if draft == volume.manifest:
            return volume
        return self._volumes.wrote(await self._client.update(draft))

    async def _name(self, claim: Stored, volume: Stored) -> Stored:
        draft = claim.draft()
        annotations = part(draft, "metadata", "annotations")
        spec = part(draft, "spec")
        if spec.get("volumeName") != volume.name:
            spec["volumeName"] = volume.name
            annotations.setdefault(BOUND_BY_CONTROLLER, "yes")
        annotations.setdefault(BIND_COMPLETED, "yes")
        if draft == claim.manifest:
            return claim
        return self._claims.wrote(await self._client.update(draft))

    async def unbind(self, volume: Stored, now: float) -> None:
        """Let a volume's claim go; a reservation that a user made stays."""
        draft = volume.draft()
        annotations = part(draft, "metadata", "annotations")
        if annotations.pop(BOUND_BY_CONTROLLER, None) is not None:
            part(draft, "spec").pop("claimRef", None)
        else:
            part(draft, "spec", "claimRef").pop("uid", None)
        if not annotations:
            part(draft, "metadata").pop("annotations")
        free = self._volumes.wrote(await self._client.update(draft))
        await self.phase(free, "Available", now)

    async def tell(self, claim: Stored, phase: str, volume: Stored | None = None) -> Stored:
        """The status of a claim; with a volume it has what the volume offers."""
        status: Object = {**claim.status, "phase": phase}
        if volume is None:
            status.pop("accessModes", None)
            status.pop("capacity", None)
        else:
            status["accessModes"] = volume.spec.get("accessModes")
            if claim.phase != phase:
                status["capacity"] = dict(obj(volume.spec, "capacity"))
        if status == claim.status:
            return claim
        return self._claims.wrote(await self._client.update_status(claim.with_status(status)))

    async def phase(self, volume: Stored, phase: str, now: float, message: str = "") -> Stored:
        """The phase of a volume."""
        if volume.phase == phase:
            return volume
        status: Object = {**volume.status, "phase": phase, "lastPhaseTransitionTime": stamp(now)}
        status.pop("message", None)
        if message:
            status["message"] = message
        return self._volumes.wrote(await self._client.update_status(volume.with_status(status)))

    async def provisioner(self, claim: Stored, driver: str) -> Stored:
        """Note on a claim who is to make a volume for it."""
        if claim.annotations.get(PROVISIONERS[-1]) == driver:
            return claim
        draft = claim.draft()
        annotations = part(draft, "metadata", "annotations")
        annotations.update(dict.fromkeys(PROVISIONERS, driver))
        return self._claims.wrote(await self._client.update(draft))
