"""CustomResourceDefinitions: names, versions, and whether schemas are structural.

Not judged here: defaults against their schema, the rules of `x-kubernetes-validations`, printer columns.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go and
pkg/apiserver/schema/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import META, ROOT, SPEC, Cause, FieldPath, Rendered, go_json, invalid, not_supported, required
from kspec.api.fields import flag, mapping, maybe, maybe_text, obj, objects, text, texts
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns1035_label, dns_subdomain
from kspec.source.tree import Object

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_SCOPES = ("Cluster", "Namespaced")
_STRATEGIES = ("None", "Webhook")
_APPROVED = "api-approved.kubernetes.io"
_NOT_APPROVED = (
    f'protected groups must have approval annotation "{_APPROVED}", see'
    " https://github.com/kubernetes/enhancements/pull/1111"
)


def check_definition(manifest: Object, old: Object | None) -> Iterator[Cause]:
    spec = obj(manifest, "spec")
    names = obj(spec, "names")
    if old is None:
        full = f"{text(names, 'plural')}.{text(spec, 'group')}"
        said = 'must be spec.names.plural+"."+spec.group'
        yield from check_meta(manifest, False, lambda name: dns_subdomain(name) + (() if name == full else (said,)))
    else:
        yield from check_meta_update(manifest, old)
    yield from _group(SPEC / "group", text(spec, "group"))
    yield from _one_of(SPEC / "scope", text(spec, "scope"), _SCOPES)
    versions = objects(spec, "versions")
    schemas = [maybe(obj(v, "schema"), "openAPIV3Schema") for v in versions]
    for i, schema in enumerate(schemas):
        if schema is None:
            yield required((SPEC / "versions").item(i) / "schema.openAPIV3Schema")
    shared = all(s is not None and s == schemas[0] for s in schemas)
    for i, (version, schema) in enumerate(zip(versions, schemas, strict=True)):
        here, label = (SPEC / "versions").item(i), text(version, "name")
        wrong = dns1035_label(label)
        if wrong:
            yield invalid(here / "name", label, ",".join(wrong))
        if schema is not None and not shared:
            yield from _root(here / "schema.openAPIV3Schema", schema)
    yield from _versions(versions)
    for field in ("plural", "singular", "kind", "listKind"):
        if not text(names, field):
            yield required(SPEC / "names" / field)
    yield from _names(SPEC / "names", names)
    if shared and schemas and schemas[0] is not None:
        yield from _root(SPEC / "validation.openAPIV3Schema", schemas[0])
    conversion = maybe(spec, "conversion")
    if conversion is not None:
        yield from _one_of(SPEC / "conversion.strategy", text(conversion, "strategy"), _STRATEGIES)
    if old is None and not any(flag(v, "storage") for v in versions):
        yield invalid(ROOT / "status.storedVersions", None, "must have at least one stored version")
    protected = text(spec, "group").endswith((".k8s.io", ".kubernetes.io"))
    if old is None and protected and not mapping(manifest, "metadata", "annotations").get(_APPROVED):
        yield required((META / "annotations").key(_APPROVED), _NOT_APPROVED)


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


def _versions(versions: list[Object]) -> Iterator[Cause]:
    at, labels = SPEC / "versions", [text(v, "name") for v in versions]
    shown = Rendered(go_json([_shown(v) for v in versions], sort_keys=False))
    if len(set(labels)) < len(labels):
        yield invalid(at, shown, "must contain unique version names")
    if sum(1 for v in versions if flag(v, "storage")) != 1:
        yield invalid(at, shown, "must have exactly one version marked as storage version")


def _shown(version: Object) -> Object:
    """A version as upstream's internal type prints. Schemas that all versions share are no longer in there; others are
    left out here."""
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
    for field in ("shortNames", "categories"):
        for i, value in enumerate(texts(names, field)):
            wrong = dns1035_label(value)
            if wrong:
                yield invalid((at / field).item(i), value, ",".join(wrong))
    kind = text(names, "kind")
    if kind and kind == text(names, "listKind"):
        yield invalid(at / "listKind", kind, "kind and listKind may not be the same")


def _root(at: FieldPath, schema: Object) -> Iterator[Cause]:
    kind = text(schema, "type")
    if not kind:
        yield required(at / "type", "must not be empty at the root")
    elif kind != "object":
        yield invalid(at / "type", kind, "must be object at the root")
    yield from _inside(at, schema)


def _inside(at: FieldPath, schema: Object) -> Iterator[Cause]:
    kind = text(schema, "type")
    if kind and kind not in _TYPES:
        yield not_supported(at / "type", kind, _TYPES)
    if kind == "array" and maybe(schema, "items") is None:
        yield required(at / "items", "must be specified")
    for name, field in sorted(obj(schema, "properties").items()):
        if isinstance(field, dict):
            yield from _field((at / "properties").key(name), field, "for specified object fields")
    items, extra = maybe(schema, "items"), maybe(schema, "additionalProperties")
    if items is not None:
        yield from _field(at / "items", items, "for specified array items")
    if extra is not None:
        yield from _field(at / "additionalProperties", extra, "for specified object fields")


def _field(at: FieldPath, schema: Object, where: str) -> Iterator[Cause]:
    free = flag(schema, "x-kubernetes-int-or-string") or flag(schema, "x-kubernetes-preserve-unknown-fields")
    if not text(schema, "type") and not free:
        yield required(at / "type", f"must not be empty {where}")
    yield from _inside(at, schema)
