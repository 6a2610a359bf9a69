"""Custom resources: the schemas that CustomResourceDefinitions in the input bring along.

The reading of a structural schema (apiextensions.k8s.io/v1): OpenAPI v3 with `x-kubernetes-*` extensions, in which
every value that is kept has a type. Unknown fields are pruned unless `x-kubernetes-preserve-unknown-fields` keeps
them. Definitions run to hundreds of kilobytes, so fields are read when they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kspec.api.schema.packed import ANY_OBJECT, SCALARS
from kspec.api.schema.types import (
    NO_LIMITS,
    AnySchema,
    CelRule,
    Limits,
    ListSchema,
    ListType,
    Logic,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
)
from kspec.domain.objects import Resource
from kspec.source.tree import Json, Object

CRD_KIND = "CustomResourceDefinition"
_LIMIT_KEYS = {
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
    "uniqueItems": "unique_items",
    "format": "format",
}
_NUMERIC_FORMATS = frozenset(("int32", "int64", "float", "double"))


def custom_kinds(resources: Iterable[Resource], meta: ObjectSchema) -> dict[tuple[str, str], ObjectSchema]:
    """The kinds, by (apiVersion, kind), that the CustomResourceDefinitions among `resources` define and serve.

    `meta` is the schema of the metadata that every object has.
    """
    out: dict[tuple[str, str], ObjectSchema] = {}
    for resource in resources:
        if resource.kind == CRD_KIND and resource.api_version.startswith("apiextensions.k8s.io/"):
            out.update(_kinds(resource.manifest, meta))
    return out


def _kinds(manifest: Object, meta: ObjectSchema) -> Iterator[tuple[tuple[str, str], ObjectSchema]]:
    spec = _dict(manifest.get("spec"))
    group, kind = spec.get("group"), _dict(spec.get("names")).get("kind")
    versions = spec.get("versions")
    if not isinstance(group, str) or not isinstance(kind, str) or not isinstance(versions, list):
        return
    for version in versions:
        version = _dict(version)
        name = version.get("name")
        if isinstance(name, str) and version.get("served", True) is True:
            schema = _dict(_dict(version.get("schema")).get("openAPIV3Schema"))
            yield (f"{group}/{name}", kind), _Structural(meta).root(schema, kind)


def read_schema(schema: Json) -> Schema:
    """One structural schema on its own, as a definition has it."""
    return _Structural(_ANY_META).read(schema)


def read_root(schema: Json) -> ObjectSchema:
    """The structural schema of a whole object."""
    return _Structural(_ANY_META).root(_dict(schema), "")


_ANY_META = ObjectSchema(preserves_unknown=True)


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


class _Structural:
    """Reads structural schemas. `meta` is the schema of the metadata that every object has."""

    def __init__(self, meta: ObjectSchema) -> None:
        self._meta = meta

    def root(self, schema: dict[str, Json], kind: str) -> ObjectSchema:
        """The schema of a whole object. `metadata` is always Kubernetes' own."""
        body = self._object(schema, embedded=True)
        return replace(body, name=kind, preserves_unknown=body.preserves_unknown or not schema)

    def read(self, schema: Json) -> Schema:
        """A structural schema as ours. What it states wrongly counts as not stated: others judge definitions."""
        if not isinstance(schema, dict):
            return AnySchema()
        common = self._common(schema)
        if schema.get("x-kubernetes-int-or-string") is True:
            return replace(SCALARS["intstr"], **common)
        match schema.get("type"):
            case "object":
                return self._map_or_object(schema)
            case "array":
                return self._list(schema, common)
            case "string":
                return ScalarSchema(type=Scalar.STRING, **common)
            case "boolean":
                return ScalarSchema(type=Scalar.BOOLEAN, **common)
            case "integer":
                bits = 32 if schema.get("format") == "int32" else 64
                return ScalarSchema(type=Scalar.INTEGER, bits=bits, **common)
            case "number":
                return ScalarSchema(type=Scalar.NUMBER, **common)
            case _:
                return self._untyped(schema, common)

    def _map_or_object(self, schema: dict[str, Json]) -> Schema:
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            return MapSchema(values=self.read(values), **self._common(schema))
        if values is True:
            return replace(ANY_OBJECT, **self._common(schema))
        return self._object(schema, embedded=schema.get("x-kubernetes-embedded-resource") is True)

    def _object(self, schema: dict[str, Json], *, embedded: bool) -> ObjectSchema:
        properties = _dict(schema.get("properties"))
        built_in: dict[str, Schema] = {}
        if embedded:
            built_in = {"apiVersion": SCALARS["string"], "kind": SCALARS["string"], "metadata": self._meta}
        return ObjectSchema(
            fields=_Fields(self, properties, built_in),
            required=frozenset(_texts(schema.get("required"))),
            preserves_unknown=schema.get("x-kubernetes-preserve-unknown-fields") is True,
            atomic=schema.get("x-kubernetes-map-type") == "atomic",
            embedded=embedded,
            **self._common(schema),
        )

    def _list(self, schema: dict[str, Json], common: dict[str, Any]) -> ListSchema:
        kind = schema.get("x-kubernetes-list-type")
        return ListSchema(
            items=self.read(schema.get("items")),
            list_type=ListType(kind) if kind in ("set", "map") else ListType.ATOMIC,
            keys=tuple(_texts(schema.get("x-kubernetes-list-map-keys"))),
            **common,
        )

    def _untyped(self, schema: dict[str, Json], common: dict[str, Any]) -> Schema:
        """A part of a combination, which states no type, or a value about which nothing is said."""
        if "properties" in schema or "required" in schema:
            return replace(self._object(schema, embedded=False), preserves_unknown=True)
        if "items" in schema:
            return self._list(schema, common)
        return AnySchema(**common)

    def _common(self, schema: dict[str, Json]) -> dict[str, Any]:
        enum = schema.get("enum")
        limits = {ours: schema[key] for key, ours in _LIMIT_KEYS.items() if schema.get(key) is not None}
        if limits.get("format") in _NUMERIC_FORMATS:
            del limits["format"]
        return {
            "nullable": schema.get("nullable") is True,
            "default": schema.get("default"),
            "enum": tuple(enum) if isinstance(enum, list) else (),
            "limits": _limits(limits) if limits else NO_LIMITS,
            "logic": self._logic(schema),
            "rules": tuple(_cel_rules(schema.get("x-kubernetes-validations"))),
        }

    def _logic(self, schema: dict[str, Json]) -> Logic | None:
        if schema.get("x-kubernetes-int-or-string") is True:
            return None
        parts = {ours: self._each(schema.get(key)) for key, ours in _JUNCTORS.items() if schema.get(key)}
        negated = schema.get("not")
        if not parts and not isinstance(negated, dict):
            return None
        return Logic(**parts, not_=self.read(negated) if isinstance(negated, dict) else None)

    def _each(self, schemas: Json) -> tuple[Schema, ...]:
        return tuple(self.read(s) for s in schemas) if isinstance(schemas, list) else ()


_JUNCTORS = {"allOf": "all_of", "anyOf": "any_of", "oneOf": "one_of"}


class _Fields(Mapping[str, Schema]):
    """The fields of a struct of a custom resource; each is read when it is first looked at."""

    def __init__(self, reader: _Structural, properties: Mapping[str, Json], built_in: Mapping[str, Schema]) -> None:
        self._reader = reader
        self._properties = properties
        self._read: dict[str, Schema] = dict(built_in)
        self._names = {**dict.fromkeys(properties), **dict.fromkeys(built_in)}

    def __getitem__(self, name: str) -> Schema:
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._reader.read(self._properties[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _limits(found: dict[str, Json]) -> Limits:
    """Limits of the right types; what is of a wrong type is left out."""
    numbers = {k: v for k, v in found.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    flags = {k: v for k, v in found.items() if isinstance(v, bool)}
    texts = {k: v for k, v in found.items() if isinstance(v, str)}
    usable: dict[str, Any] = {
        **{k: v for k, v in numbers.items() if k not in _FLAGS and k not in _TEXTS},
        **{k: v for k, v in flags.items() if k in _FLAGS},
        **{k: v for k, v in texts.items() if k in _TEXTS},
    }
    return Limits(**usable)


_FLAGS = frozenset(("exclusive_minimum", "exclusive_maximum", "unique_items"))
_TEXTS = frozenset(("pattern", "format"))


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _cel_rules(value: Json) -> Iterator[CelRule]:
    for rule in value if isinstance(value, list) else []:
        if isinstance(rule, dict) and isinstance(text := rule.get("rule"), str):
            yield CelRule(
                text,
                message=str(rule.get("message") or ""),
                message_expression=str(rule.get("messageExpression") or ""),
                reason=str(rule.get("reason") or "FieldValueInvalid"),
                field_path=str(rule.get("fieldPath") or ""),
                optional_old_self=rule.get("optionalOldSelf") is True,
            )
