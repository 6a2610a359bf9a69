"""ConfigMaps, Secrets and ServiceAccounts.

Upstream: pkg/apis/core/validation/validation.go, ValidateConfigMap, ValidateSecret, ValidateServiceAccount (v1.36).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from kspec.api.cause import META, ROOT, Cause, FieldPath, each, forbidden, invalid, required, too_long
from kspec.api.fields import flag, mapping, text
from kspec.api.validation.meta import check_meta, check_meta_update, immutable
from kspec.api.validation.names import config_key, dns_subdomain
from kspec.source.tree import Object

LIMIT = 1024 * 1024
_ACCOUNT = "kubernetes.io/service-account.name"
_LOCKED = "field is immutable when `immutable` is set"


def check_config_map(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
        yield from _locked(manifest, old, ("data", "binaryData"))
    yield from check_meta(manifest, True, dns_subdomain)
    data, binary = mapping(manifest, "data"), mapping(manifest, "binaryData")
    for key in sorted(data):
        at = (ROOT / "data").key(key)
        yield from each(at, key, config_key(key))
        if key in binary:
            yield invalid(at, key, "duplicate of key present in binaryData")
    for key in sorted(binary):
        yield from each((ROOT / "binaryData").key(key), key, config_key(key))
    if sum(len(v.encode()) for v in data.values()) + sum(_size(v) for v in binary.values()) > LIMIT:
        yield too_long(FieldPath("[]"), LIMIT)


def check_secret(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
        yield from immutable(ROOT / "type", manifest.get("type"), old.get("type"))
        yield from _locked(manifest, old, ("data",))
    yield from check_meta(manifest, True, dns_subdomain)
    data = secret_data(manifest)
    for key in sorted(data):
        yield from each((ROOT / "data").key(key), key, config_key(key))
    if sum(map(_size, data.values())) > LIMIT:
        yield too_long(ROOT / "data", LIMIT)
    yield from _secret_type(manifest, data)


def secret_data(manifest: Object) -> dict[str, str]:
    """`data` with `stringData` written over it, base64-encoded: what the server keeps."""
    plain = {k: base64.b64encode(v.encode()).decode() for k, v in mapping(manifest, "stringData").items()}
    return {**mapping(manifest, "data"), **plain}


def _secret_type(manifest: Object, data: dict[str, str]) -> Iterator[Cause]:
    at = ROOT / "data"
    match text(manifest, "type"):
        case "kubernetes.io/service-account-token":
            if not mapping(manifest, "metadata", "annotations").get(_ACCOUNT):
                yield required((META / "annotations").key(_ACCOUNT))
        case "kubernetes.io/dockercfg":
            yield from _json_key(at.key(".dockercfg"), data.get(".dockercfg"))
        case "kubernetes.io/dockerconfigjson":
            yield from _json_key(at.key(".dockerconfigjson"), data.get(".dockerconfigjson"))
        case "kubernetes.io/basic-auth":
            if "username" not in data and "password" not in data:
                yield required(at.key("username"))
                yield required(at.key("password"))
        case "kubernetes.io/ssh-auth":
            if not data.get("ssh-privatekey"):
                yield required(at.key("ssh-privatekey"))
        case "kubernetes.io/tls":
            for key in ("tls.crt", "tls.key"):
                if key not in data:
                    yield required(at.key(key))


def _json_key(at: FieldPath, encoded: str | None) -> Iterator[Cause]:
    if encoded is None:
        yield required(at)
        return
    error = go_json_error(base64.b64decode(encoded).decode("utf-8", "replace"))
    if error:
        yield invalid(at, "<secret contents redacted>", error)


def go_json_error(content: str) -> str | None:
    """Why content is no JSON object, in the words of Go's decoder."""
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        rest = content[error.pos :].lstrip()
        if not rest:
            return "unexpected end of JSON input"
        return f"invalid character '{rest[0]}' {_where(content, error.pos)}"
    if value is None or isinstance(value, dict):
        return None
    sort = "array" if isinstance(value, list) else "string" if isinstance(value, str) else "number"
    sort = "bool" if isinstance(value, bool) else sort
    return f"json: cannot unmarshal {sort} into Go value of type map[string]interface {{}}"


def _where(content: str, position: int) -> str:
    before = content[:position].rstrip()
    if not before:
        return "looking for beginning of value"
    if before.endswith("{") or before.endswith(","):
        return "looking for beginning of object key string"
    return "looking for beginning of value" if before.endswith((":", "[")) else "after top-level value"


def _locked(manifest: Object, old: Object, names: tuple[str, ...]) -> Iterator[Cause]:
    if not flag(old, "immutable"):
        return
    if not flag(manifest, "immutable"):
        yield forbidden(ROOT / "immutable", _LOCKED)
    for name in names:
        if (manifest.get(name) or None) != (old.get(name) or None):
            yield forbidden(ROOT / name, _LOCKED)


def _size(encoded: str) -> int:
    return len(encoded) * 3 // 4 - encoded[-2:].count("=")


def check_service_account(manifest: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None:
        yield from check_meta_update(manifest, old)
    yield from check_meta(manifest, True, dns_subdomain)
