"""PersistentVolumes.

Upstream: pkg/apis/core/validation/validation.go, ValidatePersistentVolumeSpec (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.amounts import amounts
from kspec.api.cause import ROOT, SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.equality import differ, spec_of
from kspec.api.fields import maybe, maybe_text, text, texts
from kspec.api.validation import volume_sources as source
from kspec.api.validation.claims import VOLUME_MODES, check_access_modes
from kspec.api.validation.internal import difference, internal
from kspec.api.validation.meta import check_meta, check_meta_update, immutable
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.validation.paths import no_backsteps
from kspec.api.validation.resources import positive_quantity
from kspec.api.validation.selectors import check_node_selector
from kspec.source.tree import Object

_RECLAIM = ("Delete", "Recycle", "Retain")
_CSI_SECRETS = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)


def check_volume(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, False, dns_subdomain)
    spec = spec_of(manifest)
    modes = texts(spec, "accessModes")
    if not modes:
        yield required(SPEC / "accessModes")
    yield from check_access_modes(SPEC / "accessModes", modes)
    yield from _capacity(SPEC / "capacity", spec)
    policy = text(spec, "persistentVolumeReclaimPolicy")
    if policy and policy not in _RECLAIM:
        yield not_supported(SPEC / "persistentVolumeReclaimPolicy", policy, _RECLAIM)
    affinity = maybe(spec, "nodeAffinity")
    if affinity is not None:
        needed = maybe(affinity, "required")
        if needed is None:
            yield required(SPEC / "nodeAffinity.required", "must specify required node constraints")
        else:
            yield from check_node_selector(SPEC / "nodeAffinity.required", needed)
    yield from _source(SPEC, spec, text(manifest, "metadata", "name"))
    yield from _classes(spec)
    if old is not None:
        yield from check_meta_update(manifest, old)
        yield from _update(spec, spec_of(old))


def _capacity(at: FieldPath, spec: Object) -> Iterator[Cause]:
    capacity = amounts(spec, "capacity")
    if not capacity:
        yield required(at)
    if set(capacity) != {"storage"}:
        yield not_supported(at, spec.get("capacity"), ("storage",))
    for name in sorted(capacity):
        if capacity[name].value < 0:
            yield invalid(at.key(name), capacity[name].value, "must be a valid resource quantity")
        yield from positive_quantity(at.key(name), capacity[name])


def _source(at: FieldPath, spec: Object, name: str) -> Iterator[Cause]:
    found = [n for n in _SOURCES if maybe(spec, n) is not None]
    if not found:
        yield required(at, "must specify a volume type")
    for n in found[:1]:
        shown, rule = _SOURCES[n]
        given = maybe(spec, n) or {}
        yield from rule(at / shown, given)
        if n == "local" and maybe(spec, "nodeAffinity") is None:
            yield required(at / "nodeAffinity", "Local volume requires node affinity")
        portal = text(given, "targetPortal")
        if n == "iscsi" and maybe_text(given, "initiatorName") is not None and len(f"{name}:{portal}") > 64:
            whole = "Total length of <volume name>:<iscsi.targetPortal>"
            words = "must be under 64 characters if iscsi.initiatorName is specified."
            yield invalid(at / "iscsi.targetportal", portal, f"{whole} {words}")
    for n in found[1:]:
        if n == "flexVolume":  # upstream lets this one stand beside another
            yield from _SOURCES[n][1](at / n, maybe(spec, n) or {})
            continue
        yield forbidden(at / ("cephFS" if n == "cephfs" else n), "may not specify more than 1 volume type")
    path, policy = text(spec, "hostPath", "path"), text(spec, "persistentVolumeReclaimPolicy")
    if path and not path.strip("/") and policy == "Recycle":
        yield forbidden(at / "persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")


def _local(at: FieldPath, given: Object) -> Iterator[Cause]:
    path = text(given, "path")
    yield from no_backsteps(at / "path", path) if path else [required(at / "path")]


def _csi(at: FieldPath, given: Object) -> Iterator[Cause]:
    yield from source.csi_driver_name(at / "driver", text(given, "driver"))
    if not text(given, "volumeHandle"):
        yield required(at / "volumeHandle")
    for name in _CSI_SECRETS:
        reference = maybe(given, name)
        if reference is None:
            continue
        for field, rule in (("name", dns_subdomain), ("namespace", dns_label)):
            value = text(reference, field)
            yield from each(at / name / field, value, rule(value)) if value else [required(at / name / field)]


def _azure_file(at: FieldPath, given: Object) -> Iterator[Cause]:
    yield from source.needs("secretName", "shareName")(at, given)
    if maybe_text(given, "secretNamespace") == "":
        yield required(at / "secretNamespace")


def _glusterfs(at: FieldPath, given: Object) -> Iterator[Cause]:
    yield from source.needs("endpoints", "path")(at, given)
    namespace = maybe_text(given, "endpointsNamespace")
    if namespace == "":
        yield invalid(
            at / "endpointsNamespace", "", "if the endpointnamespace is set, it must be a valid namespace name"
        )
    elif namespace is not None:
        yield from each(at / "endpointsNamespace", namespace, dns_label(namespace))


_SOURCES: dict[str, tuple[str, source.SourceRule]] = {
    "hostPath": ("hostPath", source.host_path),
    "gcePersistentDisk": ("persistentDisk", source.disk("pdName")),
    "awsElasticBlockStore": ("awsElasticBlockStore", source.disk("volumeID")),
    "glusterfs": ("glusterfs", _glusterfs),
    "flocker": ("flocker", source.flocker),
    "nfs": ("nfs", source.nfs),
    "rbd": ("rbd", source.needs("monitors", "image")),
    "quobyte": ("quobyte", source.quobyte),
    "cephfs": ("cephfs", source.needs("monitors")),
    "iscsi": ("iscsi", source.iscsi_of_volume),
    "cinder": ("cinder", source.cinder),
    "fc": ("fc", source.fibre_channel),
    "flexVolume": ("flexVolume", source.flex_volume),
    "azureFile": ("azureFile", _azure_file),
    "vsphereVolume": ("vsphereVolume", source.needs("volumePath")),
    "photonPersistentDisk": ("photonPersistentDisk", source.needs("pdID")),
    "portworxVolume": ("portworxVolume", source.needs("volumeID")),
    "azureDisk": ("azureDisk", source.azure_disk),
    "scaleIO": ("scaleIO", source.needs("gateway", "system", "volumeName")),
    "local": ("local", _local),
    "storageos": ("storageos", source.storage_os),
    "csi": ("csi", _csi),
}


def _classes(spec: Object) -> Iterator[Cause]:
    name, mode = text(spec, "storageClassName"), maybe_text(spec, "volumeMode")
    if name:
        yield from each(SPEC / "storageClassName", name, dns_subdomain(name))
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported(SPEC / "volumeMode", mode, VOLUME_MODES)
    attributes, at = maybe_text(spec, "volumeAttributesClassName"), SPEC / "volumeAttributesClassName"
    if attributes is not None:
        wrong = each(at, attributes, dns_subdomain(attributes))
        yield from wrong if attributes else [required(at, "an empty string is disallowed")]
        if maybe(spec, "csi") is None:
            yield required(SPEC / "csi", "has to be specified when using volumeAttributesClassName")


def _update(spec: Object, old: Object) -> Iterator[Cause]:
    new_source, old_source = ({n: s[n] for n in _SOURCES if s.get(n) is not None} for s in (spec, old))
    if differ("core/v1.PersistentVolumeSource", new_source, old_source):
        shown = difference("core.PersistentVolumeSource", old_source, new_source)
        words = f"spec.persistentvolumesource is immutable after creation\n{shown}"
        yield forbidden(SPEC / "persistentvolumesource", words)
    yield from immutable(ROOT / "volumeMode", spec.get("volumeMode"), old.get("volumeMode"))
    affinity, before = spec.get("nodeAffinity"), old.get("nodeAffinity")
    if before is not None and differ("core/v1.VolumeNodeAffinity", affinity, before):
        value = None if affinity is None else internal("core.VolumeNodeAffinity", affinity)
        words = "field is immutable, except for updating from beta label to GA"
        yield invalid(ROOT / "nodeAffinity", value, words)
    if old.get("volumeAttributesClassName") is not None and spec.get("volumeAttributesClassName") is None:
        yield forbidden(SPEC / "volumeAttributesClassName", "update from non-nil value to nil is forbidden")
