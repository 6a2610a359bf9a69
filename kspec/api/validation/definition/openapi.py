"""The schema of a version: what OpenAPI in a definition may not have, how lists and maps are merged, the rules in it.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go,
ValidateCustomResourceDefinitionOpenAPISchema (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kspec.api.cause import Cause, FieldPath, forbidden, invalid, invalid_unsaid, not_supported, required
from kspec.api.fields import flag, maybe, maybe_text, obj, objects, text, texts
from kspec.api.validation.definition.defaults import check_defaults
from kspec.api.validation.definition.rules import check_rules, check_rules_apart
from kspec.api.validation.definition.structural import check_structural, fields_of
from kspec.source.tree import Object

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_META = ("metadata", "kind", "apiVersion")
# With a status subresource, only these may stand at the root of a schema (Go's names, as printed).
_AT_ROOT = (
    "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern"
    " MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields"
    " XValidations"
)
_EXTENSIONS = {
    "x-kubernetes-preserve-unknown-fields": "XPreserveUnknownFields",
    "x-kubernetes-validations": "XValidations",
}
_ENABLED = "if the status subresource is enabled"
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_SET, _MAP = "x-kubernetes-list-type=set", "x-kubernetes-list-type is map"


@dataclass(frozen=True, slots=True)
class _Inside:
    """Where in a schema we are: whether defaults may stand here, and why not; whether in the metadata of an object."""

    no_defaults: str | None = None
    in_meta: bool = False


def check_schema(at: FieldPath, version: Object, status: bool) -> Iterator[Cause]:
    """The schema of a version at `at`; `status` where there is a status subresource."""
    schema = maybe(obj(version, "schema"), "openAPIV3Schema")
    if schema is None:
        return
    here = at / "openAPIV3Schema"
    if status:
        yield from _root(here, schema)
    if flag(schema, "nullable"):
        yield forbidden(here / "nullable", "nullable cannot be true at the root")
    wrong = check_structural(here, schema) or list(check_defaults(here, schema))
    yield from wrong
    found = list(_walk(here, schema, _Inside(), root=True))
    yield from found
    if not wrong and not found:
        yield from check_rules(here, schema)


def _root(at: FieldPath, schema: Object) -> Iterator[Cause]:
    allowed = _AT_ROOT.split()
    for name, value in schema.items():
        if value in (None, "", False, [], {}):
            continue
        if name == "type":
            if value != "object":
                allowed_type = 'only "object" is allowed as the type at the root of the schema'
                yield invalid(at / "type", value, f"{allowed_type} {_ENABLED}")
                return
        elif _EXTENSIONS.get(name, name[:1].upper() + name[1:]) not in allowed:
            fields = f"[{' '.join(allowed)}]"
            yield invalid_unsaid(at, f"only {fields} fields are allowed at the root of the schema {_ENABLED}")
            return


def _walk(at: FieldPath, schema: Object, inside: _Inside, *, root: bool = False) -> Iterator[Cause]:
    yield from _standard(at, schema, inside)
    if flag(schema, "uniqueItems"):
        words = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(at / "uniqueItems", words)
    extra = schema.get("additionalProperties")
    if obj(schema, "properties") and extra is not None and extra is not True:
        words = "additionalProperties and properties are mutual exclusive"
        yield forbidden(at / "additionalProperties", words)
    if isinstance(extra, dict):
        below = inside
        if inside.in_meta:
            below = replace(inside, no_defaults="inside additionalProperties applying to object metadata")
        yield from _walk(at / "additionalProperties", extra, below)
    whole = root or bool(flag(schema, "x-kubernetes-embedded-resource"))
    for name, field in fields_of(schema):
        below = inside
        if whole and name in _META:
            below = _Inside(f"in top-level {name}" if root else inside.no_defaults, True)
        yield from _walk((at / "properties").key(name), field, below)
    negated, items = maybe(schema, "not"), maybe(schema, "items")
    if negated is not None:
        yield from _walk(at / "not", negated, inside)
    for name in ("allOf", "oneOf", "anyOf"):
        for i, part in enumerate(objects(schema, name)):
            yield from _walk((at / name).item(i), part, inside)
    if items is not None:
        yield from _walk(at / "items", items, inside)
    if flag(schema, "x-kubernetes-preserve-unknown-fields") is False:
        yield invalid(at / "x-kubernetes-preserve-unknown-fields", False, "must be true or undefined")
    yield from _merging(at, schema)
    yield from check_rules_apart(at, schema)


def _standard(at: FieldPath, schema: Object, inside: _Inside) -> Iterator[Cause]:
    kind = text(schema, "type")
    if kind and kind not in _TYPES:
        yield not_supported(at / "type", kind, _TYPES)
    if schema.get("default") is not None and inside.no_defaults is not None:
        yield forbidden(at / "default", f"must not be set {inside.no_defaults}")
    for name in _UNSUPPORTED:
        if schema.get(name) not in (None, "", {}):
            yield forbidden(at / name, f"{name} is not supported")
    if kind == "null":
        yield forbidden(at / "type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list) and schema.get("items"):
        yield forbidden(at / "items", "items must be a schema object and not an array")
    if inside.in_meta and flag(schema, "x-kubernetes-embedded-resource"):
        yield forbidden(at / "x-kubernetes-embedded-resource", "must not be used inside of resource meta")


def _merging(at: FieldPath, schema: Object) -> Iterator[Cause]:
    """How maps and lists are merged."""
    map_type, list_type = maybe_text(schema, "x-kubernetes-map-type"), maybe_text(schema, "x-kubernetes-list-type")
    keys, items = texts(schema, "x-kubernetes-list-map-keys"), maybe(schema, "items")
    if map_type is not None:
        yield from _of_type(at, schema, "object", "x-kubernetes-map-type")
        if map_type not in ("atomic", "granular"):
            yield not_supported(at / "x-kubernetes-map-type", map_type, ("atomic", "granular"))
    if list_type is not None:
        wrong = list(_of_type(at, schema, "array", "x-kubernetes-list-type"))
        yield from wrong
        if not wrong and list_type == "set" and items is not None:
            yield from _set_items(at / "items", items)
        if list_type not in ("atomic", "set", "map"):
            yield not_supported(at / "x-kubernetes-list-type", list_type, ("atomic", "set", "map"))
    if keys and list_type != "map":
        words, here = "must be map if x-kubernetes-list-map-keys is non-empty", at / "x-kubernetes-list-type"
        yield required(here, words) if list_type is None else invalid(here, list_type, words)
    if list_type == "map":
        yield from _keyed(at, schema, keys, items)
    if list_type in ("set", "map") and items is not None:
        yield from _never_null(at / "items", items, list_type, keys)


def _of_type(at: FieldPath, schema: Object, wanted: str, because: str) -> Iterator[Cause]:
    kind, words = text(schema, "type"), f"must be {wanted} if {because} is specified"
    if kind != wanted:
        yield invalid(at / "type", kind, words) if kind else required(at / "type", words)


def _set_items(at: FieldPath, items: Object) -> Iterator[Cause]:
    kind, words = text(items, "type"), f"must be atomic as item of a list with {_SET}"
    list_type, map_type = maybe_text(items, "x-kubernetes-list-type"), maybe_text(items, "x-kubernetes-map-type")
    if kind == "array" and list_type not in (None, "atomic"):
        yield invalid(at / "x-kubernetes-list-type", list_type, words)
    if kind == "object" and map_type != "atomic":
        yield invalid(at / "x-kubernetes-map-type", list_type, words)


def _keyed(at: FieldPath, schema: Object, keys: list[str], items: Object | None) -> Iterator[Cause]:
    if not keys:
        yield required(at / "x-kubernetes-list-map-keys", f"must not be empty if {_MAP}")
    if items is None:
        yield required(at / "items", f"must have a schema if {_MAP}")
        return
    kind = text(items, "type")
    if kind != "object":
        yield invalid(at / "items" / "type", kind, "must be object if parent array's x-kubernetes-list-type is map")
        return
    properties, here = obj(items, "properties"), at / "x-kubernetes-list-map-keys"
    for i, key in enumerate(keys):
        field = maybe(properties, key)
        if field is None:
            yield invalid(here, list(keys), "entries must all be names of item properties")
        elif text(field, "type") in ("array", "object"):
            place = (at / "items" / "properties").key(key) / "type"
            yield invalid(place, kind, "must be a scalar type if parent array's x-kubernetes-list-type is map")
        if key in keys[:i]:
            yield invalid(here, list(keys), "must not contain duplicate entries")


def _never_null(at: FieldPath, items: Object, list_type: str, keys: list[str]) -> Iterator[Cause]:
    if flag(items, "nullable"):
        yield forbidden(at / "nullable", f"cannot be nullable when x-kubernetes-list-type is {list_type}")
    for key in keys if list_type == "map" else ():
        field, here = maybe(obj(items, "properties"), key), (at / "properties").key(key)
        if field is None:
            continue
        because = "this property is in x-kubernetes-list-map-keys, so it"
        if key not in texts(items, "required") and field.get("default") is None:
            yield required(here / "default", f"{because} must have a default or be a required property")
        if flag(field, "nullable"):
            yield forbidden(here / "nullable", f"{because} cannot be nullable")
