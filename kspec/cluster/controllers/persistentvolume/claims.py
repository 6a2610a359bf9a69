"""One look at a claim: it gets a volume, or is told why there is none.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (`syncUnboundClaim`, `syncBoundClaim`,
`provisionClaim`) (v1.36).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.api.admission.refusal import not_found
from kspec.api.fields import objects, text
from kspec.cluster.controller import node_of, phase
from kspec.cluster.controllers.persistentvolume import facts
from kspec.cluster.controllers.persistentvolume.matching import best_match
from kspec.cluster.stored import Stored, part
from kspec.cluster.workqueue import Retry

if TYPE_CHECKING:
    from kspec.cluster.controllers.persistentvolume.controller import PersistentVolumeController

_NOTHING = "no persistent volumes available for this claim and no storage class is set"
_LOST = "Data on the volume is lost!"


async def sync_claim(controller: PersistentVolumeController, claim: Stored) -> None:
    if facts.BIND_COMPLETED in claim.annotations:
        await _bound(controller, claim)
    elif text(claim.spec, "volumeName"):
        await _named(controller, claim)
    else:
        await _unbound(controller, claim)


async def _unbound(controller: PersistentVolumeController, claim: Stored) -> None:
    """A claim that takes any volume that meets it."""
    storage_class = controller.cache.get("StorageClass", ("", facts.class_of(claim)))
    delayed = storage_class is not None and facts.waits_for_consumer(storage_class)
    volume = best_match(claim, controller.volumes.all(), delayed=delayed)
    if volume is not None:
        await controller.binding.bind(volume, claim, controller.loop.now)
        return
    if await _takes_default_class(controller, claim):
        return
    if delayed and facts.SELECTED_NODE not in claim.annotations:
        controller.events.normal(claim, *_waiting(controller, claim))
    elif facts.class_of(claim):
        await _provision(controller, claim, storage_class)
        return
    else:
        controller.events.normal(claim, "FailedBinding", _NOTHING)
    await controller.binding.tell(claim, "Pending")


async def _takes_default_class(controller: PersistentVolumeController, claim: Stored) -> bool:
    """A claim without a class takes the default one, also if that came later."""
    if facts.has_class(claim):
        return False
    defaults = [c for c in controller.cache.list("StorageClass") if facts.is_default(c)]
    if not defaults:
        return False
    newest = max(defaults, key=lambda c: (c.created, [-ord(letter) for letter in c.name]))
    draft = claim.draft()
    part(draft, "spec")["storageClassName"] = newest.name
    await controller.client.update(draft)
    return True


def _waiting(controller: PersistentVolumeController, claim: Stored) -> tuple[str, str]:
    pods = [p for p in users_of(controller, claim) if phase(p) not in ("Succeeded", "Failed") and not node_of(p)]
    match [pod.name for pod in pods]:
        case []:
            return "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        case [pod]:
            return "WaitForPodScheduled", f"waiting for pod {pod} to be scheduled"
        case names:
            return "WaitForPodScheduled", f"waiting for pods {','.join(names)} to be scheduled"


def users_of(controller: PersistentVolumeController, claim: Stored) -> list[Stored]:
    """The pods that mount a claim."""
    pods = controller.cache.list("Pod", claim.namespace)
    return [pod for pod in pods if claim.name in claims_in(pod)]


def claims_in(pod: Stored) -> set[str]:
    """The claims that a pod mounts, by name; those of its ephemeral volumes among them."""
    volumes = objects(pod.spec, "volumes")
    named = {text(v, "persistentVolumeClaim", "claimName") for v in volumes} - {""}
    return named | {f"{pod.name}-{text(v, 'name')}" for v in volumes if v.get("ephemeral")}


async def _provision(controller: PersistentVolumeController, claim: Stored, storage_class: Stored | None) -> None:
    """Leave it to an external provisioner; there are no others."""
    if storage_class is None:
        missing = not_found("storageclasses", facts.class_of(claim), "storage.k8s.io").message
        controller.events.warning(claim, "ProvisioningFailed", missing.replace("storageclasses", "storageclass", 1))
        return
    driver = facts.driver_of(storage_class)
    if driver.startswith(facts.IN_TREE):
        said = f"no volume plugin matched name: {driver}"
        controller.events.warning(claim, "ProvisioningFailed", said)
        return
    controller.provision(claim, driver)


async def _named(controller: PersistentVolumeController, claim: Stored) -> None:
    """A claim that asks for one volume by name."""
    name = text(claim.spec, "volumeName")
    volume = controller.volumes.get(("", name))
    if volume is None:
        await controller.binding.tell(claim, "Pending")
    elif facts.claim_key(volume) is None:
        wrong = facts.mismatch(volume, claim)
        if not wrong:
            await controller.binding.bind(volume, claim, controller.loop.now)
            return
        controller.events.warning(claim, "VolumeMismatch", f'Cannot bind to requested volume "{name}": {wrong}')
        await controller.binding.tell(claim, "Pending")
    elif facts.is_for(volume, claim):
        await controller.binding.bind(volume, claim, controller.loop.now)
    else:
        controller.events.warning(claim, "FailedBinding", f'volume "{name}" already bound to a different claim.')
        if facts.BOUND_BY_CONTROLLER in claim.annotations:
            raise Retry
        await controller.binding.tell(claim, "Pending")


async def _bound(controller: PersistentVolumeController, claim: Stored) -> None:
    """A claim that had a volume already."""
    name = text(claim.spec, "volumeName")
    volume = controller.volumes.get(("", name)) if name else None
    if not name:
        await _lost(controller, claim, "ClaimLost", f"Bound claim has lost reference to PersistentVolume. {_LOST}")
    elif volume is None:
        await _lost(controller, claim, "ClaimLost", f"Bound claim has lost its PersistentVolume. {_LOST}")
    elif facts.claim_key(volume) is None or facts.claim_uid(volume) == claim.uid:
        await controller.binding.bind(volume, claim, controller.loop.now)
    else:
        said = "Two claims are bound to the same volume, this one is bound incorrectly"
        await _lost(controller, claim, "ClaimMisbound", said)


async def _lost(controller: PersistentVolumeController, claim: Stored, reason: str, message: str) -> None:
    if claim.phase != "Lost":
        await controller.binding.tell(claim, "Lost")
        controller.events.warning(claim, reason, message)
