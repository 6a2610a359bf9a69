"""Annotations of pods that once were fields, and still have rules.

Upstream: pkg/apis/core/validation/validation.go, ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields,
validateAppArmorAnnotationsAndFieldsMatchOnCreate (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, forbidden, invalid
from kspec.api.fields import mapping, maybe, maybe_text, obj, objects, text
from kspec.api.validation.paths import local_descending
from kspec.source.tree import Object

MIRROR = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_MUST_MATCH = {
    "seccomp": "seccomp type in annotation and field must match",
    "apparmor": "apparmor type in annotation and field must match",
}


def check_pod_annotations(at: FieldPath, annotations: dict[str, str], spec: Object) -> Iterator[Cause]:
    if MIRROR in annotations and not text(spec, "nodeName"):
        words = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(at.key(MIRROR), annotations[MIRROR], words)
    cost = annotations.get(DELETION_COST)
    if cost is not None and not _is_int32(cost):
        yield invalid(at.key(DELETION_COST), cost, "must be a 32bit integer")
    if SECCOMP_POD in annotations:
        yield from _seccomp(at / SECCOMP_POD, annotations[SECCOMP_POD])
    for key in sorted(annotations):
        if key.startswith(SECCOMP_CONTAINER):
            yield from _seccomp(at / key, annotations[key])
    names = {text(c, "name") for f in _FIELDS for c in objects(spec, f)}
    for key in sorted(annotations):
        if key.startswith(APP_ARMOR):
            container, profile = key.removeprefix(APP_ARMOR), annotations[key]
            if container not in names:
                yield invalid(at.key(key), container, "container not found")
            if profile not in ("", "runtime/default", "unconfined") and not profile.startswith("localhost/"):
                yield invalid(at.key(key), profile, f'invalid AppArmor profile name: "{profile}"')


_FIELDS = ("initContainers", "containers", "ephemeralContainers")


def _is_int32(value: str) -> bool:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (digits != "0" and digits.startswith("0")) or value == "-0":
        return False
    return -(1 << 31) <= int(value) < 1 << 31


def _seccomp(at: FieldPath, profile: str) -> Iterator[Cause]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return
    if profile.startswith("localhost/"):
        yield from local_descending(at, profile.removeprefix("localhost/"))
    else:
        yield invalid(at, profile, "must be a valid seccomp profile")


def check_profile_annotations(at: FieldPath, metadata: Object, spec: Object) -> Iterator[Cause]:
    """Where both an annotation and a field name a profile, they agree."""
    annotations, pod = mapping(metadata, "annotations"), obj(spec, "securityContext")
    if SECCOMP_POD in annotations:
        here = at / "securityContext" / "seccompProfile"
        yield from _same(here, "seccomp", annotations[SECCOMP_POD], maybe(pod, "seccompProfile"))
    for name, prefix, field in (
        ("seccomp", SECCOMP_CONTAINER, "seccompProfile"),
        ("apparmor", APP_ARMOR, "appArmorProfile"),
    ):
        for containers in _FIELDS:
            for i, container in enumerate(objects(spec, containers)):
                annotation = annotations.get(prefix + text(container, "name"))
                own = maybe(obj(container, "securityContext"), field)
                if name == "apparmor" and own is None:
                    own = maybe(pod, field)
                if annotation is not None:
                    here = (at / containers).item(i) / "securityContext" / field
                    yield from _same(here, name, annotation, own)


def _same(at: FieldPath, name: str, annotation: str, profile: Object | None) -> Iterator[Cause]:
    kind = text(profile, "type")
    defaults = ("runtime/default", "docker/default") if name == "seccomp" else ("runtime/default",)
    right = {"Unconfined": annotation == "unconfined", "RuntimeDefault": annotation in defaults}
    if kind == "Localhost":
        if not annotation.startswith("localhost/"):
            yield forbidden(at / "type", _MUST_MATCH[name])
        elif annotation.removeprefix("localhost/") != maybe_text(profile, "localhostProfile"):
            yield forbidden(at / "localhostProfile", f"{name} profile in annotation and field must match")
    elif not right.get(kind, True):
        yield forbidden(at / "type", _MUST_MATCH[name])
