"""Whether a schema is structural: every value that is kept has a type, outside of the combinations.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, forbidden, invalid, required
from kspec.api.fields import flag, maybe, obj, objects, text
from kspec.api.schema.constraints import go_error
from kspec.source.tree import Json, Object

_WHERE = {
    "root": "at the root",
    "item": "for specified array items",
    "field": "for specified object fields",
}
_FREE = ("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields")
_INT_OR_STRING: list[Json] = [{"type": "integer"}, {"type": "string"}]
_EMBEDDED, _KEEPS = "x-kubernetes-embedded-resource", "x-kubernetes-preserve-unknown-fields"
_SCALARS = "string", "integer", "number", "boolean"
_PLAIN = frozenset(
    ("type", "description", "title", "format", "enum", "minimum", "maximum", "minLength", "maxLength", "example")
)
# What may not stand in a combination, in upstream's order; the words say what it must be.
_NOT_NESTED = (
    ("type", "empty"),
    ("additionalProperties", "undefined"),
    ("default", "undefined"),
    ("title", "empty"),
    ("description", "empty"),
    ("nullable", "false"),
    ("externalDocs", "undefined"),
    (_KEEPS, "false"),
    (_EMBEDDED, "false"),
    ("x-kubernetes-int-or-string", "false"),
    ("x-kubernetes-list-map-keys", "empty"),
    ("x-kubernetes-list-type", "undefined"),
    ("x-kubernetes-map-type", "undefined"),
    ("x-kubernetes-validations", "empty"),
)


def check_structural(at: FieldPath, schema: Object) -> list[Cause]:
    """What is not structural, in the order of the messages."""
    return sorted([*_level(at, schema, "root"), *_complete(at, at, schema, schema)], key=str)


def children_of(schema: Json, name: str) -> list[tuple[str, Object]]:
    """The schemas in a map of schemas, by key."""
    return [(key, value) for key, value in sorted(obj(schema, name).items()) if isinstance(value, dict)]


def fields_of(schema: Object) -> list[tuple[str, Object]]:
    """The fields in which there is something to check: most fields of any definition are scalars with a description."""
    return [(key, field) for key, field in children_of(schema, "properties") if not _is_plain(field)]


def _is_plain(schema: Object) -> bool:
    return schema.get("type") in _SCALARS and schema.keys() <= _PLAIN


def _level(at: FieldPath, schema: Object, level: str) -> Iterator[Cause]:
    kind, embedded, properties = text(schema, "type"), flag(schema, _EMBEDDED) or False, obj(schema, "properties")
    items, extra = maybe(schema, "items"), schema.get("additionalProperties")
    if kind == "array" and items is None:
        yield required(at / "items", "must be specified")
    if items is not None:
        yield from _level(at / "items", items, "item")
    for name, field in fields_of(schema):
        yield from _level((at / "properties").key(name), field, "field")
    if extra is not None:
        if level == "root":
            yield forbidden(at / "additionalProperties", "must not be used at the root")
        if isinstance(extra, dict):
            yield from _level(at / "additionalProperties", extra, "field")
    yield from _extensions(at, schema, embedded)
    yield from _combinations(at, schema, root=True)
    if embedded and kind != "object":
        words = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid(at / "type", kind, words) if kind else required(at / "type", words)
    elif not kind and not any(flag(schema, name) for name in _FREE):
        yield required(at / "type", f"must not be empty {_WHERE[level]}")
    if embedded and extra is not None:
        yield forbidden(at / "additionalProperties", "must not be used if x-kubernetes-embedded-resource is set")
    if level == "root" and kind and kind != "object":
        yield invalid(at / "type", kind, "must be object at the root")
    yield from _meta(at / "properties", properties, level, whole=level == "root" or embedded)
    if embedded and not flag(schema, _KEEPS) and not properties:
        words = (
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        )
        yield required(at / "properties", words)


def _extensions(at: FieldPath, schema: Object, embedded: bool) -> Iterator[Cause]:
    if flag(schema, "x-kubernetes-int-or-string"):
        for name in (_KEEPS, _EMBEDDED):
            if flag(schema, name):
                yield invalid(at / name, True, "must be false if x-kubernetes-int-or-string is true")


def _meta(at: FieldPath, properties: Object, level: str, *, whole: bool) -> Iterator[Cause]:
    """The schemas of `kind`, `apiVersion` and `metadata` of a whole object."""
    for name in ("kind", "apiVersion"):
        field = maybe(properties, name)
        if whole and field is not None and text(field, "type") != "string":
            yield invalid(at.key(name) / "type", text(field, "type"), "must be string")
    metadata = maybe(properties, "metadata")
    if metadata is None:
        return
    if whole and text(metadata, "type") != "object":
        yield invalid(at.key("metadata") / "type", text(metadata, "type"), "must be object")
    if level == "root":
        inside = set(obj(metadata, "properties"))
        rest = {k for k, v in metadata.items() if v not in (None, [], {}, False) and k not in ("type", "properties")}
        if (inside and not inside <= {"name", "generateName"}) or rest - {"default"}:
            words = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden(at.key("metadata"), words)


def _combinations(at: FieldPath, schema: Object, *, root: bool) -> Iterator[Cause]:
    any_of, all_of = objects(schema, "anyOf"), objects(schema, "allOf")
    if not (root and list(any_of) == _INT_OR_STRING):
        for i, part in enumerate(any_of):
            yield from _nested((at / "anyOf").item(i), part)
    for i, part in enumerate(all_of):
        skip = root and i == 0 and list(objects(part, "anyOf")) == _INT_OR_STRING
        yield from _nested((at / "allOf").item(i), part, skip_any=skip)
    for i, part in enumerate(objects(schema, "oneOf")):
        yield from _nested((at / "oneOf").item(i), part)
    negated = maybe(schema, "not")
    if negated is not None:
        yield from _nested(at / "not", negated)
    pattern = text(schema, "pattern")
    error = go_error(pattern) if pattern else None
    if error:
        yield invalid(at / "pattern", pattern, f"must be a valid regular expression, but isn't: {error}")


def _nested(at: FieldPath, schema: Object, *, skip_any: bool = False) -> Iterator[Cause]:
    yield from _combinations(at, {**schema, "anyOf": None} if skip_any else schema, root=False)
    items = maybe(schema, "items")
    if items is not None:
        yield from _nested(at / "items", items)
    for name, field in children_of(schema, "properties"):
        yield from _nested((at / "properties").key(name), field)
    for name, wanted in _NOT_NESTED:
        if schema.get(name) not in (None, "", False, [], {}) or (name == "additionalProperties" and name in schema):
            yield forbidden(at / name, f"must be {wanted} to be structural")
    if maybe(obj(schema, "properties"), "metadata") is not None:
        yield forbidden((at / "properties").key("metadata"), "must not be specified in a nested context")


def _complete(at: FieldPath, said_at: FieldPath, part: Object, whole: Object) -> Iterator[Cause]:
    """What the combinations of `part` speak of must stand in `whole`, outside of them.

    Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/complete.go.
    """
    negated = maybe(part, "not")
    if negated is not None:
        yield from _covered(at, said_at / "not", negated, whole)
    for name in ("allOf", "anyOf", "oneOf"):
        for i, inner in enumerate(objects(part, name)):
            yield from _covered(at, (said_at / name).item(i), inner, whole)


def _covered(at: FieldPath, said_at: FieldPath, part: Object, whole: Object | None) -> Iterator[Cause]:
    if whole is None:
        yield required(at, f"because it is defined in {said_at}")
        return
    yield from _complete(at, said_at, part, whole)
    items = maybe(part, "items")
    if items is not None:
        yield from _covered(at / "items", said_at / "items", items, maybe(whole, "items"))
    known = obj(whole, "properties")
    for name, field in children_of(part, "properties"):
        here, said = ((a / "properties").key(name) for a in (at, said_at))
        yield from _covered(here, said, field, maybe(known, name))
