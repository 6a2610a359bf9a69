"""One look at a volume: whether it is free, bound or released, and what becomes of one that is released.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (`syncVolume`, `reclaimVolume`,
`deleteVolumeOperation`) (v1.36).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.cluster.controllers.persistentvolume import facts
from kspec.cluster.stored import Stored

if TYPE_CHECKING:
    from kspec.cluster.controllers.persistentvolume.controller import PersistentVolumeController

_OVER = ("Released", "Failed")
_ERASABLE = re.compile("/tmp/.+")


async def sync_volume(controller: PersistentVolumeController, volume: Stored) -> None:
    if not facts.claim_uid(volume):
        await controller.binding.phase(volume, "Available", controller.loop.now)
        return
    claim = await _claim_of(controller, volume)
    bound_to = text(claim.spec, "volumeName") if claim is not None else ""
    if claim is None:
        await _release(controller, volume)
    elif not bound_to:
        if facts.mode_of(claim) != facts.mode_of(volume):
            _modes_differ(controller, volume, claim)
        else:
            controller.claim_queue.add(claim.key)
    elif bound_to == volume.name:
        await controller.binding.phase(volume, "Bound", controller.loop.now)
    elif facts.PROVISIONED_BY in volume.annotations and facts.policy_of(volume) == "Delete":
        await _release(controller, volume)
    else:
        await controller.binding.unbind(volume, controller.loop.now)


async def _claim_of(controller: PersistentVolumeController, volume: Stored) -> Stored | None:
    """The claim of a volume, if it is there and still the same."""
    key = facts.claim_key(volume)
    assert key is not None
    known = controller.claims.get(key)
    if (known is None and volume.phase not in _OVER) or (known is not None and known.uid != facts.claim_uid(volume)):
        try:
            known = await controller.client.get("PersistentVolumeClaim", key)
        except Refused:
            return None
    return known if known is not None and known.uid == facts.claim_uid(volume) else None


def _modes_differ(controller: PersistentVolumeController, volume: Stored, claim: Stored) -> None:
    why = "due to incompatible volumeMode."
    said = f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{claim.name}" {why}'
    controller.events.warning(volume, "VolumeMismatch", said)
    said = f'Cannot bind PersistentVolume "{volume.name}" to requested PersistentVolumeClaim {why}'
    controller.events.warning(claim, "VolumeMismatch", said)


async def _release(controller: PersistentVolumeController, volume: Stored) -> None:
    """The claim is gone: the volume is kept, or deleted with what is on it."""
    if volume.phase not in _OVER:
        volume = await controller.binding.phase(volume, "Released", controller.loop.now)
    match facts.policy_of(volume):
        case "Delete":
            await _delete(controller, volume)
        case "Recycle":
            await _failed(controller, volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
        case _:
            pass


async def _delete(controller: PersistentVolumeController, volume: Stored) -> None:
    """Delete a volume that no driver outside looks after."""
    if volume.deleting or volume.spec.get("csi") or not _is_in_tree(volume):
        return
    path = text(volume.spec, "hostPath", "path")
    if not path:
        said = f'error getting deleter volume plugin for volume "{volume.name}": no deletable volume plugin matched'
        await _failed(controller, volume, "VolumeFailedDelete", said)
    elif not _ERASABLE.search(path):
        said = f"host_path deleter only supports /tmp/.+ but received provided {path}"
        await _failed(controller, volume, "VolumeFailedDelete", said)
    else:
        await controller.client.delete("PersistentVolume", volume.key)


def _is_in_tree(volume: Stored) -> bool:
    provisioner = volume.annotations.get(facts.PROVISIONED_BY, "")
    return not provisioner or provisioner.startswith(facts.IN_TREE)


async def _failed(controller: PersistentVolumeController, volume: Stored, reason: str, message: str) -> None:
    if volume.phase != "Failed":
        volume = await controller.binding.phase(volume, "Failed", controller.loop.now, message)
        controller.events.warning(volume, reason, message)
