"""PersistentVolumeClaims, on their own and as templates.

Upstream: pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaim and following (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.amounts import ZERO, amounts
from kspec.api.cause import META, SPEC, Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.equality import differ, spec_of
from kspec.api.fields import maybe, maybe_text, obj, text, texts
from kspec.api.validation.internal import difference
from kspec.api.validation.meta import check_meta, check_meta_update, immutable
from kspec.api.validation.names import dns_label, dns_subdomain
from kspec.api.validation.resources import positive_quantity, resource_value
from kspec.api.validation.selectors import check_label_selector
from kspec.source.tree import Object

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_ONLY_CLAIMS = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"


def check_claim(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """A PersistentVolumeClaim, new or in place of `old`."""
    if old is not None:
        yield from check_meta_update(manifest, old)
    yield from check_meta(manifest, True, dns_subdomain)
    yield from check_claim_spec(SPEC, obj(manifest, "spec"))
    if old is not None:
        yield from _update(manifest, old)


def check_claim_spec(at: FieldPath, spec: Object) -> Iterator[Cause]:
    modes = texts(spec, "accessModes")
    if not modes:
        yield required(at / "accessModes", "at least 1 access mode is required")
    yield from check_label_selector(at / "selector", maybe(spec, "selector"))
    yield from check_access_modes(at / "accessModes", modes)
    here, storage = (at / "resources").key("storage"), amounts(spec, "resources", "requests").get("storage")
    if storage is None:
        yield required(here)
    else:
        yield from positive_quantity(here, storage) if storage.amount <= 0 else resource_value(here, "storage", storage)
    name = text(spec, "storageClassName")
    if name:
        yield from each(at / "storageClassName", name, dns_subdomain(name))
    mode = maybe_text(spec, "volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported(at / "volumeMode", mode, VOLUME_MODES)
    yield from _data_sources(at, spec)
    attributes = text(spec, "volumeAttributesClassName")
    if attributes:
        yield from each(at / "volumeAttributesClassName", attributes, dns_subdomain(attributes))


def check_access_modes(at: FieldPath, modes: list[str]) -> Iterator[Cause]:
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield not_supported(at, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(m in ACCESS_MODES and m != "ReadWriteOncePod" for m in modes):
        yield forbidden(at, "may not use ReadWriteOncePod with other access modes")


def _data_sources(at: FieldPath, spec: Object) -> Iterator[Cause]:
    source, reference = maybe(spec, "dataSource"), maybe(spec, "dataSourceRef")
    for name, given in (("dataSource", source), ("dataSourceRef", reference)):
        if given is None:
            continue
        for field in ("name", "kind"):
            if not text(given, field):
                yield required(at / name / field)
        group, kind = text(given, "apiGroup"), text(given, "kind")
        if not group and kind != "PersistentVolumeClaim":
            yield invalid(at / name, kind, _ONLY_CLAIMS)
        if group:
            yield from each(at / name / "apiGroup", group, dns_subdomain(group))
        namespace = text(given, "namespace")
        if namespace:
            yield from each(at / name / "namespace", namespace, dns_label(namespace))
    if source is None or reference is None:
        return
    if text(reference, "namespace"):
        yield invalid(at, {}, "may not be specified when dataSourceRef.namespace is specified")
    elif any(source.get(k) != reference.get(k) for k in ("apiGroup", "kind", "name")):
        yield invalid(at, {}, "must match dataSourceRef")


def _update(manifest: Object, old: Object) -> Iterator[Cause]:
    new_class = text(manifest, "metadata", "annotations", _BETA_CLASS)
    if new_class != text(old, "metadata", "annotations", _BETA_CLASS):
        yield invalid(META / "annotations" / _BETA_CLASS, new_class, "field is immutable")
    new, before = dict(spec_of(manifest)), dict(spec_of(old))
    if not before.get("volumeName"):
        before["volumeName"] = new.get("volumeName")
    if before.get("storageClassName") is None and new.get("storageClassName") is not None:
        new["storageClassName"] = None
    if text(manifest, "status", "phase") == "Bound":
        new["volumeAttributesClassName"] = before.get("volumeAttributesClassName")
        requests = {**obj(new, "resources", "requests"), "storage": obj(before, "resources", "requests").get("storage")}
        new["resources"] = {**obj(new, "resources"), "requests": requests}
    if differ("core/v1.PersistentVolumeClaimSpec", new, before):
        words = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        yield forbidden(SPEC, f"{words}\n{difference('core.PersistentVolumeClaimSpec', before, new)}")
    size, old_size = (amounts(m, "spec", "resources", "requests").get("storage", ZERO) for m in (manifest, old))
    if size.amount < old_size.amount and size.amount <= amounts(old, "status", "capacity").get("storage", ZERO).amount:
        yield forbidden(SPEC / "resources.requests.storage", "field can not be less than status.capacity")
    modes = (obj(m, "spec").get("volumeMode") for m in (manifest, old))
    yield from immutable(FieldPath() / "volumeMode", *modes)
