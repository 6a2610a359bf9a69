"""Warnings about volumes, claims and storage classes.

Upstream: pkg/api/persistentvolume/util.go, pkg/api/persistentvolumeclaim/util.go, pkg/api/storage/util.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import META, ROOT, SPEC
from kspec.api.fields import mapping, maybe, obj, objects, text
from kspec.api.warnings.words import claim_spec, node_selector_term, old_node_label
from kspec.source.tree import Object

_CLASS = "volume.beta.kubernetes.io/storage-class"
_CLASS_WORDS = 'deprecated since v1.8; use "storageClassName" attribute instead'
_MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options"
_RECYCLE = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
_GONE = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
}


def claim_warnings(manifest: Object) -> Iterator[str]:
    if _CLASS in mapping(manifest, "metadata", "annotations"):
        yield f"{(META / 'annotations').key(_CLASS)}: {_CLASS_WORDS}"
    yield from claim_spec(SPEC, obj(manifest, "spec"))


def volume_warnings(manifest: Object) -> Iterator[str]:
    spec, annotations = obj(manifest, "spec"), mapping(manifest, "metadata", "annotations")
    for i, term in enumerate(objects(spec, "nodeAffinity", "required", "nodeSelectorTerms")):
        at = (SPEC / "nodeAffinity.required.nodeSelectorTerms").item(i)
        yield from node_selector_term(at, term, check_values=False)
    if _CLASS in annotations:
        yield f"{(META / 'annotations').key(_CLASS)}: {_CLASS_WORDS}"
    if _MOUNT_OPTIONS in annotations:
        words = 'deprecated since v1.31; use "mountOptions" attribute instead'
        yield f"{(META / 'annotations').key(_MOUNT_OPTIONS)}: {words}"
    if text(spec, "persistentVolumeReclaimPolicy") == "Recycle":
        yield f"spec.persistentVolumeReclaimPolicy: {_RECYCLE}"
    for kind, words in _GONE.items():
        if maybe(spec, kind) is not None:
            yield f"spec.{'storageOS' if kind == 'storageos' else kind}: {words}"


def class_warnings(manifest: Object) -> Iterator[str]:
    for i, term in enumerate(objects(manifest, "allowedTopologies")):
        for j, expression in enumerate(objects(term, "matchLabelExpressions")):
            at = ((ROOT / "allowedTopologies").item(i) / "matchLabelExpressions").item(j) / "key"
            yield from old_node_label(at, text(expression, "key"))
