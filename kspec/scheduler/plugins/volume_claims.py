"""The claims of a pod: which there are, which are bound, and to what.

Upstream: pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.domain.matching import selector_matches
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.domain.storage import PersistentVolume, PersistentVolumeClaim
from kspec.scheduler.framework.catalog import Catalog

WAIT_FOR_FIRST_CONSUMER = "WaitForFirstConsumer"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class ClaimUse:
    """A volume of a pod that is a claim. An ephemeral one is made for the pod and named after it."""

    key: str
    name: str
    ephemeral: bool = False


def claim_uses(pod: Pod) -> Iterator[ClaimUse]:
    """The claims that a pod mounts, in the order of its volumes."""
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim is not None:
            name = volume.persistent_volume_claim.claim_name
            yield ClaimUse(f"{pod.namespace}/{name}", name)
        elif volume.ephemeral is not None:
            name = f"{pod.name}-{volume.name}"
            yield ClaimUse(f"{pod.namespace}/{name}", name, ephemeral=True)


def is_bound(claim: PersistentVolumeClaim) -> bool:
    """Bound for good: the volume controller has seen it through."""
    return bool(claim.spec.volume_name) and BIND_COMPLETED in claim.metadata.annotations


def class_of(claim: PersistentVolumeClaim) -> str:
    """The storage class of a claim, empty for none."""
    annotated = claim.metadata.annotations.get(CLASS_ANNOTATION)
    return annotated if annotated is not None else claim.spec.storage_class_name or ""


def waits_for_consumer(claim: PersistentVolumeClaim, catalog: Catalog) -> bool:
    """Whether the scheduler is to find the volume (upstream `IsDelayBindingMode`)."""
    storage_class = catalog.storage_classes.get(class_of(claim))
    return storage_class is not None and storage_class.volume_binding_mode == WAIT_FOR_FIRST_CONSUMER


def reaches(volume: PersistentVolume, node: Node) -> bool:
    """Whether a volume can be used on a node (upstream `CheckNodeAffinity`)."""
    required = volume.spec.node_affinity.required
    return required is None or selector_matches(required, node.labels, node.name)


def problem(pod: Pod, catalog: Catalog) -> str:
    """Why the pod's claims keep it from being scheduled at all, empty if they do not (upstream `podHasPVCs`)."""
    for use in claim_uses(pod):
        claim = catalog.claims.get(use.key)
        if claim is None:
            if use.ephemeral:
                return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{use.name}"'
            return f'persistentvolumeclaim "{use.name}" not found'
        if claim.status.phase == "Lost":
            volume = claim.spec.volume_name
            return f'persistentvolumeclaim "{claim.name}" bound to non-existent persistentvolume "{volume}"'
        if claim.metadata.deletion_timestamp is not None:
            return f'persistentvolumeclaim "{claim.name}" is being deleted'
        if use.ephemeral and not any(o.name == pod.name and o.kind == "Pod" for o in claim.metadata.owner_references):
            return f"PVC {use.key} was not created for pod {pod.key} (pod is not owner)"
    return ""
