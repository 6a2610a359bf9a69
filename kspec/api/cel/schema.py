"""Values and types of custom resources in CEL, as their schemas make them.

What a schema says nothing about is not there: parts of unknown shape are left out, with all that holds them.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/common/{schemas,values}.go (v1.36).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping

from kspec.api.cel.escaping import escaped
from kspec.api.cel.library.times import parse_duration, parse_timestamp
from kspec.api.cel.types import DYN, ListOf, MapOf, ObjectOf, Type
from kspec.api.cel.values import CelError, KeyedList, Struct, Value
from kspec.api.schema.types import (
    AnySchema,
    ListSchema,
    ListType,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
)
from kspec.source.tree import Json

_TIMES = {"date-time": "timestamp", "datetime": "timestamp", "date": "timestamp", "duration": "duration"}
_META: Mapping[str, Type] = {"name": "string", "generateName": "string"}


def declared(schema: Schema) -> Type | None:
    """The type of what a schema describes; None where expressions cannot see it."""
    match schema:
        case ScalarSchema():
            return _scalar_type(schema)
        case ListSchema():
            item = declared(schema.items)
            return None if item is None else ListOf(item)
        case MapSchema():
            value = declared(schema.values)
            return None if value is None else MapOf(value)
        case ObjectSchema():
            return ObjectOf(_Fields(schema))
        case AnySchema():
            return None


def _scalar_type(schema: ScalarSchema) -> Type:
    match schema.type:
        case Scalar.INT_OR_STRING:
            return DYN
        case Scalar.BOOLEAN:
            return "bool"
        case Scalar.INTEGER:
            return "int"
        case Scalar.NUMBER:
            return "double"
        case _:
            form = schema.limits.format or ""
            return "bytes" if form == "byte" else _TIMES.get(form, "string")


class _Fields(Mapping[str, Type]):
    """The fields of an object under the names of expressions; each is looked at when it is asked for."""

    def __init__(self, schema: ObjectSchema) -> None:
        self._schema = schema
        names = ((escaped(name), name) for name in schema.fields)
        self._names = {identifier: name for identifier, name in names if identifier is not None}

    def __getitem__(self, identifier: str) -> Type:
        name = self._names[identifier]
        if name == "metadata" and self._schema.embedded:
            return ObjectOf(_META)
        found = declared(self._schema.fields[name])
        if found is None:
            raise KeyError(identifier)
        return found

    def __contains__(self, identifier: object) -> bool:
        if identifier not in self._names:
            return False
        try:
            self[str(identifier)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return (identifier for identifier in self._names if identifier in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def to_value(value: Json, schema: Schema) -> Value:
    """A value of a custom resource as expressions see it."""
    match schema:
        case ObjectSchema() if isinstance(value, dict):
            fields = schema.fields
            seen = Struct({k: to_value(v, fields[k]) if k in fields else v for k, v in value.items()})
            metadata = seen.get("metadata")
            if schema.embedded and isinstance(metadata, dict):
                seen["metadata"] = Struct({k: v for k, v in metadata.items() if k in _META})
            return seen
        case MapSchema() if isinstance(value, dict):
            return {k: to_value(v, schema.values) for k, v in value.items()}
        case ListSchema() if isinstance(value, list):
            items = [to_value(item, schema.items) for item in value]
            return items if schema.list_type is ListType.ATOMIC else KeyedList(items, schema.keys)
        case ScalarSchema():
            return _scalar_value(value, schema)
        case _:
            return value


def _scalar_value(value: Json, schema: ScalarSchema) -> Value:
    if schema.type is Scalar.NUMBER and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str) or schema.type is Scalar.INT_OR_STRING:
        return value
    form = schema.limits.format or ""
    try:
        match _TIMES.get(form, form):
            case "timestamp":
                return parse_timestamp(f"{value}T00:00:00Z" if form == "date" else value)
            case "duration":
                return parse_duration(value)
            case "byte":
                return base64.b64decode(value, validate=True)
    except (CelError, binascii.Error, ValueError):
        return value
    return value
