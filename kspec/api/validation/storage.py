"""StorageClasses, VolumeAttributesClasses, CSIDrivers and CSINodes.

Upstream: pkg/apis/storage/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import (
    ROOT,
    SPEC,
    Cause,
    FieldPath,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from kspec.api.equality import spec_of
from kspec.api.fields import flag, mapping, maybe, maybe_text, number, obj, objects, text, texts
from kspec.api.validation.meta import check_meta, check_meta_update, immutable, not_negative
from kspec.api.validation.names import dns_subdomain, qualified_name
from kspec.api.validation.selectors import check_label_selector, check_topology_terms
from kspec.api.validation.volume_sources import csi_driver_name
from kspec.source.tree import Object

_BINDING = ("Immediate", "WaitForFirstConsumer")
_LIFECYCLE = ("Persistent", "Ephemeral")
_FS_GROUP = ("File", "None", "ReadWriteOnceWithFSType")


def check_storage_class(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain)
    yield from _provisioner(ROOT / "provisioner", text(manifest, "provisioner"))
    yield from _parameters(manifest)
    policy = text(manifest, "reclaimPolicy")
    if policy and policy not in ("Delete", "Retain"):
        yield not_supported(ROOT / "reclaimPolicy", policy, ("Delete", "Retain"))
    binding = maybe_text(manifest, "volumeBindingMode")
    if binding is None:
        yield required(ROOT / "volumeBindingMode")
    elif binding not in _BINDING:
        yield not_supported(ROOT / "volumeBindingMode", binding, _BINDING)
    yield from check_topology_terms(ROOT / "allowedTopologies", objects(manifest, "allowedTopologies"))
    if old is not None:
        yield from check_meta_update(manifest, old)
        for name in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
            yield from immutable(ROOT / name, manifest.get(name), old.get(name))


def _provisioner(at: FieldPath, name: str) -> Iterator[Cause]:
    yield from each(at, name.lower(), qualified_name(name.lower())) if name else [required(at)]


def _parameters(manifest: Object) -> Iterator[Cause]:
    parameters, at = mapping(manifest, "parameters"), ROOT / "parameters"
    if len(parameters) > 512:
        yield too_long(at, 512)
        return
    if "" in parameters:
        yield invalid(at, "", "field can not be empty.")
    if sum(len(k.encode()) + len(v.encode()) for k, v in parameters.items()) > 256 * 1024:
        yield too_long(at, 256 * 1024)


def check_csi_driver(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain) if old is None else check_meta_update(manifest, old)
    spec = spec_of(manifest)
    for field, shown in (
        ("attachRequired", "attachedRequired"),
        ("podInfoOnMount", "podInfoOnMount"),
        ("storageCapacity", "storageCapacity"),
    ):
        if spec.get(field) is None:
            yield required(SPEC / shown)
    policy = maybe_text(spec, "fsGroupPolicy")
    if policy is None:
        yield required(SPEC / "fsGroupPolicy")
    elif policy not in _FS_GROUP:
        yield not_supported(SPEC / "fsGroupPolicy", policy, _FS_GROUP)
    for mode in texts(spec, "volumeLifecycleModes"):
        if mode not in _LIFECYCLE:
            yield not_supported(SPEC / "volumeLifecycleModes", mode, _LIFECYCLE)
    yield from _token_requests(SPEC / "tokenRequests", objects(spec, "tokenRequests"))
    if spec.get("seLinuxMount") is None:
        yield required(SPEC / "seLinuxMount")
    period = number(spec, "nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < 10:
        words = "must be greater than or equal to 10 seconds"
        yield invalid(SPEC / "nodeAllocatableUpdatePeriodSeconds", period, words)
    in_secrets = flag(spec, "serviceAccountTokenInSecrets")
    if in_secrets is not None and not objects(spec, "tokenRequests"):
        words = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        yield invalid(SPEC / "serviceAccountTokenInSecrets", in_secrets, words)
    if old is not None:
        for field in ("attachRequired", "fsGroupPolicy"):
            yield from immutable(SPEC / field, spec.get(field), spec_of(old).get(field))


def _token_requests(at: FieldPath, requests: list[Object]) -> Iterator[Cause]:
    audiences: set[str] = set()
    for i, request in enumerate(requests):
        audience, seconds = text(request, "audience"), number(request, "expirationSeconds")
        if audience in audiences:
            yield duplicate(at.item(i) / "audience", audience)
            continue
        audiences.add(audience)
        if seconds is not None and seconds < 600:
            words = "may not specify a duration less than 10 minutes"
            yield invalid(at.item(i) / "expirationSeconds", seconds, words)
        if seconds is not None and seconds > 1 << 32:
            words = "may not specify a duration larger than 2^32 seconds"
            yield invalid(at.item(i) / "expirationSeconds", seconds, words)


def check_attributes_class(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """VolumeAttributesClasses."""
    if old is not None:
        yield from check_meta_update(manifest, old)
        for name in ("driverName", "parameters"):
            if (manifest.get(name) or None) != (old.get(name) or None):
                yield forbidden(ROOT / name, f"updates to {name} are forbidden.")
        return
    yield from check_meta(manifest, False, dns_subdomain)
    yield from _provisioner(ROOT / "driverName", text(manifest, "driverName"))
    yield from _parameters(manifest)
    if not mapping(manifest, "parameters"):
        yield required(ROOT / "parameters", "must contain at least one key/value pair")


def check_csi_node(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain)
    names: set[str] = set()
    for i, driver in enumerate(objects(manifest, "spec", "drivers")):
        at, name, node = (SPEC / "drivers").item(i), text(driver, "name"), text(driver, "nodeID")
        yield from csi_driver_name(at / "name", name)
        if not node:
            yield required(at / "nodeID")
        if len(node) > 256:
            yield invalid(at / "nodeID", node, "must be 256 characters or less")
        yield from not_negative(at / "allocatable.count", number(driver, "allocatable", "count"))
        if name in names:
            yield duplicate(at / "name", name)
        names.add(name)
        keys = texts(driver, "topologyKeys")
        for j, key in enumerate(keys):
            if not key:
                yield required(at)
            if key in keys[:j]:
                yield duplicate(at, key)
            yield from each(at, key, qualified_name(key))


def check_attachment(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """VolumeAttachments: a volume by name, or a spec of CSI's without one."""
    yield from check_meta(manifest, False, dns_subdomain) if old is None else check_meta_update(manifest, old)
    spec, source = spec_of(manifest), obj(spec_of(manifest), "source")
    yield from csi_driver_name(SPEC / "attacher", text(spec, "attacher"))
    inline, name, at = maybe(source, "inlineVolumeSpec"), maybe_text(source, "persistentVolumeName"), SPEC / "source"
    words = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
    if inline is None and name is None:
        yield required(at, words)
    elif inline is not None and name is not None:
        yield forbidden(at, words)
    elif inline is not None:
        yield from _inline_volume(at / "inlineVolumeSpec", inline)
    elif not name:
        yield required(at / "persistentVolumeName", "must specify non empty persistentVolumeName")
    node = text(spec, "nodeName")
    yield from each(SPEC / "nodeName", node, dns_subdomain(node))
    if name is not None:
        yield from each(at / "persistentVolumeName", name, dns_subdomain(name))


def _inline_volume(at: FieldPath, spec: Object) -> Iterator[Cause]:
    """The part of ValidatePersistentVolumeSpec that is about volumes without a name."""
    context = "in the context of inline volumes"
    for field in ("claimRef", "capacity"):
        if spec.get(field):
            yield forbidden(at / field, f"may not be specified {context}")
    if maybe(spec, "csi") is None:
        yield required(at / "csi", f"has to be specified {context}")
    if not texts(spec, "accessModes"):
        yield required(at / "accessModes")
    for field in ("nodeAffinity", "storageClassName"):
        if spec.get(field):
            yield forbidden(at / field, f"may not be specified {context}")


def check_capacity(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """CSIStorageCapacities."""
    yield from check_meta(manifest, True, dns_subdomain) if old is None else check_meta_update(manifest, old)
    yield from check_label_selector(ROOT / "nodeTopology", maybe(manifest, "nodeTopology"))
    name = text(manifest, "storageClassName")
    yield from each(ROOT / "storageClassName", name, dns_subdomain(name))
    if old is not None:
        for field in ("nodeTopology", "storageClassName"):
            yield from immutable(ROOT / field, manifest.get(field), old.get(field))
