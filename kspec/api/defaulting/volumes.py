"""Defaults of volumes.

Upstream: pkg/apis/core/v1/defaults.go and the `+default` markers of k8s.io/api/core/v1 (v1.36).
"""

from __future__ import annotations

from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty, round_resources
from kspec.api.defaulting.images import pull_policy
from kspec.source.tree import Object

FILE_MODE = 0o644
_SHARED_DEFAULTS = ("iscsi", "rbd", "azureDisk", "scaleIO", "hostPath")


def default_volume(volume: Object) -> None:
    """A pod's volume. Without any source it is an emptyDir."""
    if all(value is None for name, value in volume.items() if name != "name"):
        volume["emptyDir"] = {}
    default_source(volume)
    for name in ("secret", "configMap", "downwardAPI", "projected"):
        source = existing(volume, name)
        if source is not None:
            fill(source, defaultMode=FILE_MODE)
    _downward_items(existing(volume, "downwardAPI"))
    for source in children(existing(volume, "projected"), "sources"):
        _downward_items(existing(source, "downwardAPI"))
        token = existing(source, "serviceAccountToken")
        if token is not None:
            fill(token, expirationSeconds=3600)
    template = existing(existing(volume, "ephemeral"), "volumeClaimTemplate")
    if template is not None:
        default_claim_spec(child(template, "spec"))
    image = existing(volume, "image")
    if image is not None:
        fill_empty(image, pullPolicy=pull_policy(str(image.get("reference") or "")))


def default_source(holder: Object) -> None:
    """The sources that pods and persistent volumes share."""
    iscsi, rbd, azure, scale = (existing(holder, name) for name in _SHARED_DEFAULTS[:4])
    if iscsi is not None:
        fill_empty(iscsi, iscsiInterface="default")
    if rbd is not None:
        fill_empty(rbd, pool="rbd", user="admin", keyring="/etc/ceph/keyring")
    if azure is not None:
        fill(azure, cachingMode="ReadWrite", fsType="ext4", readOnly=False, kind="Shared")
    if scale is not None:
        fill_empty(scale, storageMode="ThinProvisioned", fsType="xfs")
    host_path = existing(holder, "hostPath")
    if host_path is not None:
        fill(host_path, type="")


def _downward_items(source: Object | None) -> None:
    for item in children(source, "items"):
        default_field_ref(existing(item, "fieldRef"))


def default_field_ref(reference: Object | None) -> None:
    if reference is not None:
        fill_empty(reference, apiVersion="v1")


def default_claim_spec(spec: Object) -> None:
    fill(spec, volumeMode="Filesystem")
    round_resources(child(spec, "resources"), "limits", "requests")


def default_claim(manifest: Object) -> None:
    """A PersistentVolumeClaim; also the claim templates of a StatefulSet."""
    fill_empty(child(manifest, "status"), phase="Pending")
    default_claim_spec(child(manifest, "spec"))


def default_persistent_volume(manifest: Object) -> None:
    spec = child(manifest, "spec")
    fill_empty(child(manifest, "status"), phase="Pending")
    fill_empty(spec, persistentVolumeReclaimPolicy="Retain")
    fill(spec, volumeMode="Filesystem")
    default_source(spec)
    round_resources(spec, "capacity")


def default_storage_class(manifest: Object) -> None:
    fill(manifest, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def default_csi_driver(manifest: Object) -> None:
    spec = child(manifest, "spec")
    fill(
        spec, attachRequired=True, podInfoOnMount=False, storageCapacity=False, fsGroupPolicy="ReadWriteOnceWithFSType"
    )
    fill_empty(spec, volumeLifecycleModes=["Persistent"])
    fill(spec, requiresRepublish=False, seLinuxMount=False)
