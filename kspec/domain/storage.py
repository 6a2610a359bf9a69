"""Claims, volumes and classes.

Upstream: staging/src/k8s.io/api/core/v1/types.go, storage/v1/types.go (v1.36).
"""

from __future__ import annotations

from pydantic import Field

from kspec.domain.base import Kube, KubeObject
from kspec.domain.labels import LabelSelector, Requirement
from kspec.domain.pod import NodeSelector, ResourceList, ResourceRequirements
from kspec.domain.quantity import Quantity


class PersistentVolumeClaimSpec(Kube):
    """`storage_class_name`: None means the default class, an empty string no class at all."""

    access_modes: tuple[str, ...] = ()
    resources: ResourceRequirements = Field(default_factory=ResourceRequirements)
    storage_class_name: str | None = None
    volume_name: str = ""
    volume_mode: str = "Filesystem"
    selector: LabelSelector | None = None


class PersistentVolumeClaimStatus(Kube):
    phase: str = ""


class PersistentVolumeClaim(KubeObject):
    spec: PersistentVolumeClaimSpec = Field(default_factory=PersistentVolumeClaimSpec)
    status: PersistentVolumeClaimStatus = Field(default_factory=PersistentVolumeClaimStatus)


class VolumeNodeAffinity(Kube):
    required: NodeSelector | None = None


class CSIVolumeSource(Kube):
    driver: str
    volume_handle: str = ""


class ClaimRef(Kube):
    namespace: str = ""
    name: str = ""
    uid: str = ""


class PersistentVolumeSpec(Kube):
    capacity: ResourceList = Field(default_factory=dict)
    access_modes: tuple[str, ...] = ()
    storage_class_name: str = ""
    claim_ref: ClaimRef | None = None
    node_affinity: VolumeNodeAffinity = Field(default_factory=VolumeNodeAffinity)
    volume_mode: str = "Filesystem"
    csi: CSIVolumeSource | None = None
    local: dict[str, object] | None = None
    host_path: dict[str, object] | None = None


def serves(volume: PersistentVolume, claim: PersistentVolumeClaimSpec, storage_class: str) -> bool:
    """Whether a free volume can serve a claim of that class.

    Upstream: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go, `FindMatchingVolume` (v1.36).
    """
    offered, size = volume.spec, claim.resources.requests.get("storage")
    return (
        offered.storage_class_name == storage_class
        and offered.volume_mode == claim.volume_mode
        and set(claim.access_modes) <= set(offered.access_modes)
        and (size is None or ("storage" in offered.capacity and offered.capacity["storage"].amount >= size.amount))
        and (claim.selector is None or claim.selector.matches(volume.metadata.labels))
    )


class PersistentVolumeStatus(Kube):
    phase: str = ""


class PersistentVolume(KubeObject):
    spec: PersistentVolumeSpec = Field(default_factory=PersistentVolumeSpec)
    status: PersistentVolumeStatus = Field(default_factory=PersistentVolumeStatus)


NO_PROVISIONER = "kubernetes.io/no-provisioner"
"""Of classes for which nobody makes volumes."""


class TopologySelectorTerm(Kube):
    """A zone restriction of a class: labels, each with the values allowed."""

    match_label_expressions: tuple[dict[str, str | tuple[str, ...]], ...] = ()


class StorageClass(KubeObject):
    provisioner: str = ""
    volume_binding_mode: str = "Immediate"
    reclaim_policy: str = "Delete"
    allow_volume_expansion: bool = False
    allowed_topologies: tuple[TopologySelectorTerm, ...] = ()
    parameters: dict[str, str] = Field(default_factory=dict)

    @property
    def is_default(self) -> bool:
        return self.metadata.annotations.get("storageclass.kubernetes.io/is-default-class") == "true"


class CSINodeDriver(Kube):
    name: str
    node_id: str = Field(default="", alias="nodeID")
    topology_keys: tuple[str, ...] = ()
    allocatable: dict[str, int] = Field(default_factory=dict)


class CSINodeSpec(Kube):
    drivers: tuple[CSINodeDriver, ...] = ()


class CSINode(KubeObject):
    spec: CSINodeSpec = Field(default_factory=CSINodeSpec)


class CSIDriverSpec(Kube):
    """`storage_capacity` tells that the scheduler is to look at how much space is left."""

    storage_capacity: bool = False


class CSIDriver(KubeObject):
    spec: CSIDriverSpec = Field(default_factory=CSIDriverSpec)


class CSIStorageCapacity(KubeObject):
    """How much space a storage class has left on the nodes that `node_topology` selects (None: on none)."""

    node_topology: LabelSelector | None = None
    storage_class_name: str = ""
    capacity: Quantity | None = None
    maximum_volume_size: Quantity | None = None


__all__ = [
    "CSIDriver",
    "CSINode",
    "CSINodeDriver",
    "CSIStorageCapacity",
    "ClaimRef",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Requirement",
    "StorageClass",
]
