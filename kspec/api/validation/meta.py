"""Object metadata: names, labels, annotations, owners, finalizers.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go, pkg/apis/meta/v1/validation/validation.go
and ValidateObjectMeta in pkg/apis/core/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import META, Cause, FieldPath, each, forbidden, invalid, required, too_long
from kspec.api.fields import flag, integer, mapping, objects, text, texts
from kspec.api.validation.names import (
    NameRule,
    dns_label,
    dns_subdomain,
    generated,
    label_value,
    path_segment,
    path_segment_prefix,
    qualified_name,
)
from kspec.source.tree import Json, Object

ANNOTATIONS_LIMIT = 256 * 1024
IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"
NOT_POSITIVE = "must be greater than zero"
_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def check_meta(manifest: Object, namespaced: bool, rule: NameRule) -> Iterator[Cause]:
    """`metadata` of an object that is created; `rule` is the kind's rule for names."""
    yield from check_machinery_meta(manifest, namespaced, rule, generated(rule))
    for i, finalizer in enumerate(texts(_metadata(manifest), "finalizers")):
        yield from known_finalizer(META / "finalizers", finalizer, i)


def check_machinery_meta(manifest: Object, namespaced: bool, rule: NameRule, prefix_rule: NameRule) -> Iterator[Cause]:
    """`metadata` as apimachinery alone judges it: finalizers without a prefix may have any name."""
    metadata = _metadata(manifest)
    prefix = text(metadata, "generateName")
    if prefix:
        yield from each(META / "generateName", prefix, prefix_rule(prefix))
    name = text(metadata, "name")
    if name:
        yield from each(META / "name", name, rule(name))
    else:
        yield required(META / "name", "name or generateName is required")
    yield from _namespace(metadata, namespaced)
    yield from not_negative(META / "generation", integer(metadata, "generation"))
    yield from check_labels(META / "labels", mapping(metadata, "labels"))
    yield from check_annotations(META / "annotations", mapping(metadata, "annotations"))
    yield from _owners(metadata)
    yield from _finalizers(metadata)


def check_plain_meta(manifest: Object, namespaced: bool, rule: NameRule = dns_subdomain) -> Iterator[Cause]:
    """`check_machinery_meta` for the kinds whose own rules ask no more of it."""
    return check_machinery_meta(manifest, namespaced, rule, generated(rule))


def check_stored_meta(manifest: Object, namespaced: bool, old: Object | None) -> Iterator[Cause]:
    """What the registry asks of the metadata of every kind: of a new object after its kind's own rules, of one that
    replaces another before them.

    Upstream: BeforeCreate and BeforeUpdate in staging/src/k8s.io/apiserver/pkg/registry/rest (v1.36).
    """
    yield from check_machinery_meta(manifest, namespaced, path_segment, path_segment_prefix)
    if old is not None:
        yield from check_machinery_meta_update(manifest, old)


def check_meta_update(manifest: Object, old: Object) -> Iterator[Cause]:
    """`metadata` of an object that replaces `old`."""
    yield from check_machinery_meta_update(manifest, old)
    for i, finalizer in enumerate(texts(_metadata(manifest), "finalizers")):
        yield from known_finalizer(META / "finalizers", finalizer, i)


def check_machinery_meta_update(manifest: Object, old: Object) -> Iterator[Cause]:
    """The same as apimachinery alone judges it."""
    metadata, before = _metadata(manifest), _metadata(old)
    for name in ("name", "namespace"):
        yield from immutable(META / name, metadata.get(name), before.get(name))
    yield from check_labels(META / "labels", mapping(metadata, "labels"))
    yield from check_annotations(META / "annotations", mapping(metadata, "annotations"))
    yield from _owners(metadata)


def check_labels(at: FieldPath, labels: dict[str, str]) -> Iterator[Cause]:
    for key in sorted(labels):
        yield from each(at, key, qualified_name(key))
        yield from each(at, labels[key], label_value(labels[key]))


def check_annotations(at: FieldPath, annotations: dict[str, str]) -> Iterator[Cause]:
    """Keys are qualified names in any case; all of them together have a limit."""
    for key in sorted(annotations):
        yield from each(at, key, qualified_name(key.lower()))
    if sum(len(k.encode()) + len(v.encode()) for k, v in annotations.items()) > ANNOTATIONS_LIMIT:
        yield too_long(at, ANNOTATIONS_LIMIT)


def known_finalizer(at: FieldPath, finalizer: str, index: int | None = None) -> Iterator[Cause]:
    """A finalizer without a prefix is one of Kubernetes' own."""
    if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
        place = at if index is None else at.item(index)
        yield invalid(place, finalizer, "name is neither a standard finalizer name nor is it fully qualified")


def not_negative(at: FieldPath, value: int | None) -> Iterator[Cause]:
    if value is not None and value < 0:
        yield invalid(at, value, NOT_NEGATIVE)


def positive(at: FieldPath, value: int) -> Iterator[Cause]:
    if value <= 0:
        yield invalid(at, value, NOT_POSITIVE)


def immutable(at: FieldPath, new: Json, old: Json, shown: Json = None) -> Iterator[Cause]:
    """Absent and empty are equal, as in upstream's semantic comparison."""
    if (new or None) != (old or None):
        yield invalid(at, new if shown is None else shown, IMMUTABLE)


def _metadata(manifest: Object) -> Object:
    metadata = manifest.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _namespace(metadata: Object, namespaced: bool) -> Iterator[Cause]:
    namespace = text(metadata, "namespace")
    if not namespaced:
        if namespace:
            yield forbidden(META / "namespace", "not allowed on this type")
    elif not namespace:
        yield required(META / "namespace")
    else:
        yield from each(META / "namespace", namespace, dns_label(namespace))


def _owners(metadata: Object) -> Iterator[Cause]:
    at, controller = META / "ownerReferences", ""
    owners = objects(metadata, "ownerReferences")
    for owner in owners:
        if not text(owner, "apiVersion"):
            yield invalid(at / "apiVersion", "", "version must not be empty")
        for name in ("kind", "name", "uid"):
            if not text(owner, name):
                yield invalid(at / name, "", "must not be empty")
        if (text(owner, "apiVersion"), text(owner, "kind")) == ("v1", "Event"):
            yield invalid(at, dict(owner), "/v1, Kind=Event is disallowed from being an owner")
        if flag(owner, "controller"):
            this = f"{text(owner, 'kind')}/{text(owner, 'name')}"
            if controller:
                words = f'Found "true" in references for {controller} and {this}'
                yield invalid(at, list(owners), f"Only one reference can have Controller set to true. {words}")
            controller = controller or this


def _finalizers(metadata: Object) -> Iterator[Cause]:
    at, finalizers = META / "finalizers", texts(metadata, "finalizers")
    for finalizer in finalizers:
        yield from each(at, finalizer, qualified_name(finalizer))
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        yield invalid(at, list(finalizers), "finalizer orphan and foregroundDeletion cannot be both set")
