"""What the API server's validation says about a resource on its own, as causes and as diagnostics.

A cluster is not asked: namespaces, classes, quotas and the like are admission's (`kspec.api.request`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kspec.api.admission.addresses import give_addresses
from kspec.api.admission.attempt import Attempt
from kspec.api.admission.cluster import Cluster
from kspec.api.admission.placeholders import shown_refusal
from kspec.api.admission.prepare import prepare, set_identity
from kspec.api.admission.refusal import Refusal, Refused
from kspec.api.cause import Cause, Reason
from kspec.api.defaulting import default_in_place
from kspec.api.fields import maybe_text, obj
from kspec.api.rules import CRON, IMMUTABLE, LABEL, MOUNT, NAME, PORT, SELECTOR
from kspec.api.schema.rules import ENUM, LIST_KEYS, QUANTITY, REQUIRED, SCHEMA
from kspec.api.validation.kinds import check
from kspec.api.validation.workloads import MISMATCH
from kspec.api.wire.problem import Reading, field_text
from kspec.api.wire.table import table
from kspec.domain.objects import Resource
from kspec.source.diagnostic import Diagnostic, Rule
from kspec.source.text import Span
from kspec.source.tree import Object, Path

_FIXED = ("immutable", "may not change", "cannot change", "updates may not", "updates to")
_NAMES = ("RFC 1123", "DNS-1035", "DNS-1123", "DNS label", "characters", "dots")
_SUMS = frozenset({"resources", "capacity", "hard", "overhead", "limits", "requests"})


def causes_of(resource: Resource, old: Resource | None = None) -> tuple[Cause, ...]:
    """What is wrong with a resource, or with putting it in the place of `old`. Never raises.

    A resource that is not of its kind's shape has one cause; one of a kind that is not known here has none. One that
    was read from a server (it has a uid) is judged as put in its own place.
    """
    kind = resource.builtin and replace(resource.builtin, api_version=resource.api_version)
    new = _read(resource.manifest, resource)
    if old is None and maybe_text(obj(resource.manifest, "metadata"), "uid"):
        old = resource
    before = _read(old.manifest, old) if old is not None else None
    if kind is None or new is None:
        return ()
    if isinstance(new, Cause):
        return (new,)
    attempt = Attempt(kind, new, _empty_cluster(), before if isinstance(before, dict) else None)
    default_in_place(attempt.manifest)
    if attempt.old is not None:
        default_in_place(attempt.old)
        set_identity(Attempt(kind, attempt.old, attempt.cluster))
    set_identity(attempt)
    prepare(attempt)
    try:
        if attempt.is_kind("v1", "Service"):
            give_addresses(attempt)
    except Refused as refused:
        return refused.refusal.causes
    found = check(attempt.manifest, attempt.old)
    return shown_refusal(Refusal(422, "", " ".join(c.message for c in found), found)).causes


@cache
def _empty_cluster() -> Cluster:
    """Only looked at."""
    return Cluster()


def _read(manifest: Object, resource: Resource) -> Object | Cause | None:
    shape = table().of_kind(resource.api_version, resource.kind)
    if shape is None:
        return None
    reading = Reading()
    decoded = shape.decode(manifest, reading)
    if reading.mismatch is not None or not isinstance(decoded, dict):
        path, message = (reading.mismatch.path, reading.mismatch.message) if reading.mismatch else ((), "")
        return Cause(field_text(path), Reason.TYPE_INVALID, message, path)
    return decoded


def findings(resource: Resource, old: Resource | None = None) -> Iterator[Diagnostic]:
    """The same as diagnostics, with places.

    What is not of its kind's shape is left to `kspec.api.schema`, a selector that misses its template to `kspec.lint`.
    """
    for cause in causes_of(resource, old):
        if cause.reason is not Reason.TYPE_INVALID and not cause.message.endswith(MISMATCH):
            span = _span(resource, cause.path)
            yield Diagnostic(topic(cause), str(cause), span, object=str(resource.ref))


def topic(cause: Cause) -> Rule:
    """The rule that a cause falls under."""
    words, fields = cause.message, [part for part in cause.path if isinstance(part, str)]
    last = fields[-1] if fields else ""
    if any(word in words for word in _FIXED):
        return IMMUTABLE
    if "volumeMounts" in fields and cause.reason in (Reason.NOT_FOUND, Reason.INVALID):
        return MOUNT
    if last in ("schedule", "timeZone"):
        return CRON
    match cause.reason:
        case Reason.REQUIRED:
            return REQUIRED
        case Reason.NOT_SUPPORTED:
            return ENUM
        case Reason.DUPLICATE:
            return PORT if "ports" in fields else LIST_KEYS
        case Reason.TOO_LONG if last == "annotations":
            return LABEL
    if {"labels", "annotations", "matchLabels", "nodeSelector"} & set(fields):
        return LABEL
    if {"matchExpressions", "matchFields", "selector", "labelSelector"} & set(fields):
        return SELECTOR
    if last.endswith(("port", "Port")) or "ports" in fields or "65535" in words:
        return PORT
    if _SUMS & set(fields):
        return QUANTITY
    if any(word in words for word in _NAMES) or last in ("name", "generateName"):
        return NAME
    return SCHEMA


def _span(resource: Resource, path: Path) -> Span | None:
    """Where the value stands; for one that is missing, the key of what should have it."""
    value: object = resource.manifest
    for depth, part in enumerate(path):
        found = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            found = value[part]
        if found is None:
            return resource.origin.key(_owner_key(path[:depth], value))
        value = found
    return resource.origin.at(path)


def _owner_key(path: Path, owner: object) -> Path:
    """A short place for something that is missing: the key of what should have it, or the first key in there."""
    if path and isinstance(path[-1], str):
        return path
    first = next(iter(owner), None) if isinstance(owner, dict) else None
    return (*path, first) if path and isinstance(first, str) else path or ("kind",)
