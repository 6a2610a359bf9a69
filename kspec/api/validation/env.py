"""Environment variables and the fields they can be taken from.

Upstream: pkg/apis/core/validation/validation.go, ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector and
following (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, invalid, not_supported, required
from kspec.api.fields import maybe, text
from kspec.api.validation.names import config_key, dns_label, dns_subdomain, env_name, generated, qualified_name
from kspec.api.validation.paths import no_backsteps
from kspec.source.tree import Object

_ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_CONVERTIBLE = frozenset((*_ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase"))
_RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGEPAGES = ("limits.hugepages-", "requests.hugepages-")
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_SOURCES = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def check_env(at: FieldPath, variables: list[Object]) -> Iterator[Cause]:
    for i, variable in enumerate(variables):
        here, name = at.item(i), text(variable, "name")
        if not name:
            yield required(here / "name")
        else:
            yield from each(here / "name", name, env_name(name))
        yield from _value_from(here / "valueFrom", variable)


def check_env_from(at: FieldPath, sources: list[Object]) -> Iterator[Cause]:
    for i, source in enumerate(sources):
        here, prefix = at.item(i), text(source, "prefix")
        if prefix:
            yield from each(here / "prefix", prefix, env_name(prefix))
        found = 0
        for kind in ("configMapRef", "secretRef"):
            reference = maybe(source, kind)
            if reference is not None:
                found += 1
                yield from _named(here / kind, reference)
        if not found:
            yield invalid(at, "", "must specify one of: `configMapRef` or `secretRef`")
        elif found > 1:
            yield invalid(at, "", "may not have more than one field specified at a time")


def _named(at: FieldPath, reference: Object) -> Iterator[Cause]:
    name = text(reference, "name")
    if not name:
        yield required(at / "name")
    else:
        yield from each(at / "name", name, generated(dns_subdomain)(name))


def _value_from(at: FieldPath, variable: Object) -> Iterator[Cause]:
    source = maybe(variable, "valueFrom")
    if source is None:
        return
    found = 0
    for kind, check in _CHECKS.items():
        reference = maybe(source, kind)
        if reference is not None:
            found += 1
            yield from check(at / kind, reference)
    if not found:
        yield invalid(at, "", f"must specify one of: {_SOURCES}")
    elif text(variable, "value"):
        yield invalid(at, "", "may not be specified when `value` is not empty")
    elif found > 1:
        yield invalid(at, "", "may not have more than one field specified at a time")


def _env_field(at: FieldPath, reference: Object) -> Iterator[Cause]:
    yield from check_field_ref(at, reference, _ENV_FIELDS)


def check_field_ref(at: FieldPath, reference: Object, allowed: tuple[str, ...]) -> Iterator[Cause]:
    """`fieldRef` of the downward API."""
    version, path = text(reference, "apiVersion"), text(reference, "fieldPath")
    if not version:
        yield required(at / "apiVersion")
        return
    if not path:
        yield required(at / "fieldPath")
        return
    subscripted = re.fullmatch(r"(.*?)\['(.*)'\]", path)
    base = subscripted[1] if subscripted else path
    if version != "v1":
        yield invalid(at / "fieldPath", path, f"error converting fieldPath: unsupported pod version: {version}")
    elif subscripted:
        yield from _subscripted(at, path, base, subscripted[2])
    elif base not in _CONVERTIBLE:
        yield invalid(at / "fieldPath", path, f"error converting fieldPath: field label not supported: {path}")
    elif base not in allowed:
        yield not_supported(at / "fieldPath", base, allowed)


def _subscripted(at: FieldPath, path: str, base: str, key: str) -> Iterator[Cause]:
    if base == "metadata.annotations":
        yield from each(at, key.lower(), qualified_name(key.lower()))
    elif base == "metadata.labels":
        yield from each(at, key, qualified_name(key))
    else:
        words = f"error converting fieldPath: field label does not support subscript: {path}"
        yield invalid(at / "fieldPath", path, words)


def _env_resource(at: FieldPath, reference: Object) -> Iterator[Cause]:
    yield from check_resource_ref(at, reference, volume=False)


def check_resource_ref(at: FieldPath, reference: Object, *, volume: bool) -> Iterator[Cause]:
    """`resourceFieldRef` of the downward API; in a volume it must name its container."""
    resource = text(reference, "resource")
    if volume and not text(reference, "containerName"):
        yield required(at / "containerName")
    elif not resource:
        yield required(at / "resource")
    elif resource not in _RESOURCES and not resource.startswith(_HUGEPAGES):
        yield not_supported(at / "resource", resource, _RESOURCES)
    divisor = text(reference, "divisor")
    if divisor in ("", "0"):
        return
    allowed: tuple[str, ...] = _BYTE_DIVISORS
    if resource.endswith(".cpu"):
        allowed, words = ("1m", "1"), "1m and 1 are supported with the cpu resource"
    elif resource.endswith(".memory"):
        words = f"{', '.join(_BYTE_DIVISORS)} are supported with the memory resource"
    elif resource.endswith(".ephemeral-storage"):
        words = f"{', '.join(_BYTE_DIVISORS)} are supported with the local ephemeral storage resource"
    elif resource.startswith(_HUGEPAGES):
        words = f"{', '.join(_BYTE_DIVISORS)} are supported with the hugepages resource"
    else:
        return
    if divisor not in allowed:
        yield invalid(at / "divisor", resource, f"only divisor's values {words}")


def _key_ref(at: FieldPath, reference: Object) -> Iterator[Cause]:
    name, key = text(reference, "name"), text(reference, "key")
    yield from each(at / "name", name, dns_subdomain(name))
    if not key:
        yield required(at / "key")
    else:
        yield from each(at / "key", key, config_key(key))


def _file_key_ref(at: FieldPath, reference: Object) -> Iterator[Cause]:
    key, volume, path = text(reference, "key"), text(reference, "volumeName"), text(reference, "path")
    if not key:
        yield required(at / "key")
    else:
        yield from each(at / "key", key, env_name(key))
    if not volume:
        yield required(at / "volumeName")
    else:
        yield from each(at / "volumeName", volume, dns_label(volume))
    if not path:
        yield required(at / "path")
    else:
        yield from no_backsteps(at / "path", path)


_CHECKS = {
    "fieldRef": _env_field,
    "resourceFieldRef": _env_resource,
    "configMapKeyRef": _key_ref,
    "secretKeyRef": _key_ref,
    "fileKeyRef": _file_key_ref,
}
