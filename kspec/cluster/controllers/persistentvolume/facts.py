"""What the binder reads from claims, volumes and classes.

Upstream: staging/src/k8s.io/component-helpers/storage/volume/{pv_helpers,helpers}.go,
pkg/controller/volume/persistentvolume/pv_controller.go (v1.36).
"""

from __future__ import annotations

from fractions import Fraction

from kspec.api.fields import maybe_text, obj, text, texts
from kspec.cluster.stored import Key, Stored
from kspec.domain.labels import LabelSelector
from kspec.domain.quantity import Quantity
from kspec.source.tree import Json

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_MIGRATED = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}
IN_TREE = "kubernetes.io/"


# -- both --------------------------------------------------------------------------------------------------------------


def class_of(stored: Stored) -> str:
    """The class of a claim or a volume; empty for none."""
    annotated = stored.annotations.get(_CLASS)
    return annotated if annotated is not None else text(stored.spec, "storageClassName")


def has_class(claim: Stored) -> bool:
    """Whether a claim says what it wants, were it the empty class."""
    return _CLASS in claim.annotations or maybe_text(claim.spec, "storageClassName") is not None


def mode_of(stored: Stored) -> str:
    return text(stored.spec, "volumeMode") or "Filesystem"


def _amount(value: Json) -> Fraction:
    return Quantity.parse(value).amount if isinstance(value, str | int | float) else Fraction(0)


# -- claims ------------------------------------------------------------------------------------------------------------


def requested(claim: Stored) -> Fraction:
    """The bytes that a claim asks for."""
    return _amount(obj(claim.spec, "resources", "requests").get("storage"))


def selects(claim: Stored, volume: Stored) -> bool:
    given = claim.spec.get("selector")
    return given is None or LabelSelector.model_validate(given).matches(volume.labels)


# -- volumes -----------------------------------------------------------------------------------------------------------


def capacity(volume: Stored) -> Fraction:
    return _amount(obj(volume.spec, "capacity").get("storage"))


def claim_key(volume: Stored) -> Key | None:
    """The claim that a volume is for, if it is for one."""
    reference = volume.spec.get("claimRef")
    return (text(reference, "namespace"), text(reference, "name")) if isinstance(reference, dict) else None


def claim_uid(volume: Stored) -> str:
    return text(volume.spec, "claimRef", "uid")


def is_for(volume: Stored, claim: Stored) -> bool:
    """Whether a volume is reserved for this claim, by name or by uid."""
    return claim_key(volume) == claim.key and claim_uid(volume) in ("", claim.uid)


def policy_of(volume: Stored) -> str:
    return text(volume.spec, "persistentVolumeReclaimPolicy") or "Retain"


def mismatch(volume: Stored, claim: Stored) -> str:
    """Why a volume that a claim asks for by name cannot be its; empty if it can."""
    if volume.deleting:
        return f'the volume is marked for deletion "{volume.name}"'
    if capacity(volume) < requested(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if mode_of(volume) != mode_of(claim):
        return "incompatible volumeMode"
    if not offers(volume, claim):
        return "incompatible accessMode"
    return ""


def offers(volume: Stored, claim: Stored) -> bool:
    """Whether a volume has all access modes that a claim asks for."""
    return set(texts(claim.spec, "accessModes")) <= set(texts(volume.spec, "accessModes"))


# -- classes -----------------------------------------------------------------------------------------------------------


def is_default(storage_class: Stored) -> bool:
    return any(storage_class.annotations.get(name) == "true" for name in _DEFAULT)


def waits_for_consumer(storage_class: Stored) -> bool:
    return text(storage_class.manifest, "volumeBindingMode") == "WaitForFirstConsumer"


def driver_of(storage_class: Stored) -> str:
    """The provisioner, under the name of the driver that has taken over from a plugin of old."""
    provisioner = text(storage_class.manifest, "provisioner")
    return _MIGRATED.get(provisioner, provisioner)
