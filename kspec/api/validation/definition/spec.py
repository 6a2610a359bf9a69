"""A definition but for its schemas: names, versions, subresources, columns, conversion.

What all versions have in common is printed at the top of the spec, as in upstream's internal type: there a definition
of one version has `spec.validation.openAPIV3Schema`.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/{validation/validation,v1/conversion}.go
(v1.36).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from kspec.api.cause import (
    META,
    SPEC,
    Cause,
    FieldPath,
    Rendered,
    duplicate,
    forbidden,
    go_json,
    invalid,
    not_supported,
    required,
    too_many,
)
from kspec.api.cel.paths import find
from kspec.api.fields import flag, mapping, maybe, maybe_text, obj, objects, text, texts
from kspec.api.validation.definition.openapi import check_schema
from kspec.api.validation.meta import check_machinery_meta_update, check_plain_meta, immutable
from kspec.api.validation.names import dns1035_label, dns_subdomain
from kspec.api.validation.webhooks import check_client
from kspec.source.tree import Json, Object

_SCOPES = ("Cluster", "Namespaced")
_STRATEGIES = ("None", "Webhook")
_COLUMN_TYPES = "boolean,date,integer,number,string"
_COLUMN_FORMATS = "byte,date,date-time,double,float,int32,int64,password"
_MOST_SELECTABLE = 8
_SELECTABLE = (
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
)
_APPROVED = "api-approved.kubernetes.io"
_APPROVAL = f'protected groups must have approval annotation "{_APPROVED}"'
_ENHANCEMENT = "see https://github.com/kubernetes/enhancements/pull/1111"
_SHARED = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")


def check_definition(manifest: Object, old: Object | None) -> Iterator[Cause]:
    spec = obj(manifest, "spec")
    names = obj(spec, "names")
    if old is None:
        full = f"{text(names, 'plural')}.{text(spec, 'group')}"
        said = 'must be spec.names.plural+"."+spec.group'
        yield from check_plain_meta(
            manifest, False, lambda name: dns_subdomain(name) + (() if name == full else (said,))
        )
    else:
        yield from check_machinery_meta_update(manifest, old)
    yield from _spec(spec)
    if old is not None:
        yield from _fixed(spec, obj(old, "spec"))
    yield from _stored(manifest, objects(spec, "versions"))
    yield from _approval(manifest, old)


def _spec(spec: Object) -> Iterator[Cause]:
    versions, names = objects(spec, "versions"), obj(spec, "names")
    yield from _group(SPEC / "group", text(spec, "group"))
    yield from _one_of(SPEC / "scope", text(spec, "scope"), _SCOPES)
    for i, version in enumerate(versions):
        if maybe(obj(version, "schema"), "openAPIV3Schema") is None:
            yield required((SPEC / "versions").item(i) / "schema" / "openAPIV3Schema")
    shared = {name: _is_shared(versions, name) for name in _SHARED}
    for i, version in enumerate(versions):
        here, label = (SPEC / "versions").item(i), text(version, "name")
        wrong = dns1035_label(label)
        if wrong:
            yield invalid(here / "name", label, ",".join(wrong))
        yield from _version(here, version, shared)
    yield from _marked(versions)
    for field in ("plural", "singular", "kind", "listKind"):
        if not text(names, field):
            yield required(SPEC / "names" / field)
    yield from _names(SPEC / "names", names)
    if versions:
        yield from _common(versions, shared)
    yield from _conversion(SPEC / "conversion", maybe(spec, "conversion"))


def _is_shared(versions: list[Object], name: str) -> bool:
    return all((v.get(name) or None) == (versions[0].get(name) or None) for v in versions)


def _version(at: FieldPath, version: Object, shared: dict[str, bool]) -> Iterator[Cause]:
    warning = maybe_text(version, "deprecationWarning")
    if warning is not None:
        for words in _deprecation_errors(flag(version, "deprecated") or False, warning):
            yield invalid(at / "deprecationWarning", warning, words)
    status = maybe(obj(version, "subresources"), "status") is not None
    if not shared["schema"]:
        yield from check_schema(at / "schema", version, status)
    if not shared["subresources"]:
        yield from _subresources(at / "subresources", maybe(version, "subresources"))
    if not shared["additionalPrinterColumns"]:
        yield from _columns(at / "additionalPrinterColumns", objects(version, "additionalPrinterColumns"))
    if not shared["selectableFields"]:
        yield from _selectable(at / "selectableFields", version)


def _common(versions: list[Object], shared: dict[str, bool]) -> Iterator[Cause]:
    """What all versions have alike."""
    first = versions[0]
    status = any(maybe(obj(v, "subresources"), "status") is not None for v in versions)
    if shared["schema"]:
        yield from check_schema(SPEC / "validation", first, status)
    if shared["subresources"]:
        yield from _subresources(SPEC / "subresources", maybe(first, "subresources"))
    if shared["additionalPrinterColumns"]:
        yield from _columns(SPEC / "additionalPrinterColumns", objects(first, "additionalPrinterColumns"))
    if shared["selectableFields"]:
        yield from _selectable(SPEC / "selectableFields", first)


def _deprecation_errors(deprecated: bool, warning: str) -> Iterator[str]:
    if not deprecated:
        yield "can only be set for deprecated versions"
        return
    if len(warning.encode()) > 256:
        yield "must be <= 256 characters long"
    if not warning:
        yield "must not be an empty string"
    for i, character in enumerate(warning):
        if unicodedata.category(character)[0] in "CZ" and character != " ":
            words = "must only contain printable UTF-8 characters; non-printable character found at index"
            yield f"{words} {len(warning[:i].encode())}"
            return


def _group(at: FieldPath, group: str) -> Iterator[Cause]:
    if not group:
        yield required(at)
    elif dns_subdomain(group):
        yield invalid(at, group, ",".join(dns_subdomain(group)))
    elif "." not in group:
        yield invalid(at, group, "should be a domain with at least one dot")


def _one_of(at: FieldPath, value: str, allowed: tuple[str, ...]) -> Iterator[Cause]:
    if not value:
        yield required(at)
    elif value not in allowed:
        yield not_supported(at, value, allowed)


def _marked(versions: list[Object]) -> Iterator[Cause]:
    at, labels = SPEC / "versions", [text(v, "name") for v in versions]
    shown = Rendered(go_json([_shown(v) for v in versions], sort_keys=False) if versions else "null")
    if len(set(labels)) < len(labels):
        yield invalid(at, shown, "must contain unique version names")
    if sum(1 for v in versions if flag(v, "storage")) != 1:
        yield invalid(at, shown, "must have exactly one version marked as storage version")


def _shown(version: Object) -> Object:
    """A version as upstream's internal type prints. What all versions share is no longer in there; the rest is left
    out here."""
    return {
        "Name": text(version, "name"),
        "Served": flag(version, "served") or False,
        "Storage": flag(version, "storage") or False,
        "Deprecated": flag(version, "deprecated") or False,
        "DeprecationWarning": maybe_text(version, "deprecationWarning"),
        **dict.fromkeys(("Schema", "Subresources", "AdditionalPrinterColumns", "SelectableFields")),
    }


def _names(at: FieldPath, names: Object) -> Iterator[Cause]:
    mixed = "may have mixed case, but should otherwise match: "
    for field in ("plural", "singular", "kind", "listKind"):
        value = text(names, field)
        capital = field.lower().endswith("kind")
        wrong = dns1035_label(value.lower() if capital else value) if value else ()
        if wrong:
            yield invalid(at / field, value, f"{mixed if capital else ''}{','.join(wrong)}")
    kind = text(names, "kind")
    for field in ("shortNames", "categories"):
        for i, value in enumerate(texts(names, field)):
            wrong = dns1035_label(value)
            if wrong:
                yield invalid((at / field).item(i), value, ",".join(wrong))
        if field == "shortNames" and kind and kind == text(names, "listKind"):
            yield invalid(at / "listKind", kind, "kind and listKind may not be the same")


def _subresources(at: FieldPath, subresources: Object | None) -> Iterator[Cause]:
    scale = maybe(subresources or {}, "scale")
    if scale is None:
        return
    for field, roots in (("specReplicasPath", (".spec.",)), ("statusReplicasPath", (".status.",))):
        path, here = text(scale, field), at / f"scale.{field}"
        yield from _path(here, path, roots, f"under {roots[0][:-1]}") if path else [required(here)]
    path = text(scale, "labelSelectorPath")
    if path:
        here = at / "scale.labelSelectorPath"
        yield from _path(here, path, (".spec.", ".status."), "under either .spec or .status")


def _path(at: FieldPath, path: str, roots: tuple[str, ...], where: str) -> Iterator[Cause]:
    if not path.startswith("."):
        yield invalid(at, path, "must be a simple json path starting with .")
    elif not path.startswith(roots):
        yield invalid(at, path, f"should be a json path {where}")


def _columns(at: FieldPath, columns: list[Object]) -> Iterator[Cause]:
    for i, column in enumerate(columns):
        here, kind, form, path = at.item(i), text(column, "type"), text(column, "format"), text(column, "jsonPath")
        if not text(column, "name"):
            yield required(here / "name")
        if not kind:
            yield required(here / "type", f"must be one of {_COLUMN_TYPES}")
        elif kind not in _COLUMN_TYPES.split(","):
            yield invalid(here / "type", kind, f"must be one of {_COLUMN_TYPES}")
        if form and form not in _COLUMN_FORMATS.split(","):
            yield invalid(here / "format", form, f"must be one of {_COLUMN_FORMATS}")
        if not path:
            yield required(here / "JSONPath")
        elif not path.startswith("."):
            yield invalid(here / "JSONPath", path, "must be a simple json path starting with .")


def _selectable(at: FieldPath, version: Object) -> Iterator[Cause]:
    schema = maybe(obj(version, "schema"), "openAPIV3Schema")
    fields = objects(version, "selectableFields")
    if not fields:
        return
    if schema is None:
        yield invalid(at, "", "may only be set when `version.schema.openAPIV3Schema` is not included")
        return
    seen: set[str] = set()
    for i, field in enumerate(fields):
        here, path = at.item(i) / "jsonPath", text(field, "jsonPath")
        if not path:
            yield required(here)
            continue
        try:
            printed, found = find(path, schema, brackets=False)
        except ValueError as error:
            yield invalid(here, path, f"is an invalid path: {error}")
            continue
        if printed.partition(".")[0] == "metadata":
            yield invalid(here, path, "must not point to fields in metadata")
        if text(found, "type") not in ("string", "boolean", "integer"):
            yield invalid(here, path, _SELECTABLE)
        if printed in seen:
            yield duplicate(here, path)
        seen.add(printed)
    if len(seen) > _MOST_SELECTABLE:
        yield too_many(at, len(seen), _MOST_SELECTABLE)


def _conversion(at: FieldPath, conversion: Object | None) -> Iterator[Cause]:
    if conversion is None:
        return
    strategy, webhook = text(conversion, "strategy"), maybe(conversion, "webhook")
    client, versions = maybe(webhook or {}, "clientConfig"), texts(webhook or {}, "conversionReviewVersions")
    yield from _one_of(at / "strategy", strategy, _STRATEGIES)
    if strategy != "Webhook":
        if client is not None:
            yield forbidden(at / "webhookClientConfig", "should not be set when strategy is not set to Webhook")
        if versions:
            yield forbidden(at / "conversionReviewVersions", "should not be set when strategy is not set to Webhook")
        return
    if client is None:
        yield required(at / "webhookClientConfig", "required when strategy is set to Webhook")
    else:
        yield from check_client(at / "webhookClientConfig", client)
    yield from _review_versions(at / "conversionReviewVersions", versions)


def _review_versions(at: FieldPath, versions: list[str]) -> Iterator[Cause]:
    if not versions:
        yield required(at)
        return
    for i, version in enumerate(versions):
        if version in versions[:i]:
            yield invalid(at.item(i), version, "duplicate version")
        else:
            for message in dns1035_label(version):
                yield invalid(at.item(i), version, message)
    if not {"v1", "v1beta1"} & set(versions):
        yield invalid(at, list(versions), "must include at least one of v1, v1beta1")


def _fixed(spec: Object, old: Object) -> Iterator[Cause]:
    """The name of the resource is of its plural and its group. (Kind and scope are fixed once it is established.)"""
    yield from immutable(SPEC / "group", spec.get("group"), old.get("group"))
    plurals: list[Json] = [obj(s, "names").get("plural") for s in (spec, old)]
    yield from immutable(SPEC / "names" / "plural", *plurals)


def _stored(manifest: Object, versions: list[Object]) -> Iterator[Cause]:
    """Versions in which there may be stored objects stay."""
    at, stored = FieldPath() / "status" / "storedVersions", texts(manifest, "status", "storedVersions")
    if not stored:
        yield invalid(at, None, "must have at least one stored version")
        return
    labels = [text(v, "name") for v in versions]
    for version in versions:
        label = text(version, "name")
        if flag(version, "storage") and label not in stored:
            yield invalid(at, list(stored), f"must have the storage version {label}")
    for i, label in enumerate(stored):
        if label not in labels:
            words = (
                f"missing from spec.versions; {label} was previously a storage version, and must remain in"
                " spec.versions until a storage migration ensures no data remains persisted in"
                f" {label} and removes {label} from status.storedVersions"
            )
            yield invalid(at.item(i), label, words)


def _approval(manifest: Object, old: Object | None) -> Iterator[Cause]:
    """Groups of Kubernetes' own are not for everyone."""
    group = text(manifest, "spec", "group")
    if group not in ("k8s.io", "kubernetes.io") and not group.endswith((".k8s.io", ".kubernetes.io")):
        return
    said = mapping(manifest, "metadata", "annotations").get(_APPROVED, "")
    if old is not None and said == mapping(old, "metadata", "annotations").get(_APPROVED, ""):
        return
    at = (META / "annotations").key(_APPROVED)
    if not said:
        yield required(at, f"{_APPROVAL}, {_ENHANCEMENT}")
    elif not said.startswith("unapproved") and not _is_url(said):
        words = f'{_APPROVAL} with either a URL or a reason starting with "unapproved", {_ENHANCEMENT}'
        yield invalid(at, said, words)


def _is_url(said: str) -> bool:
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)
