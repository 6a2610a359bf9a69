"""How large values of a schema can be, as far as a request has room for them.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/common/schemas.go and pkg/cel/limits.go (v1.36).
"""

from __future__ import annotations

from kspec.api.schema.types import AnySchema, ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema

REQUEST = 3 * 1024 * 1024
"""Bytes of the largest request."""
_BYTES_OF_A_CHARACTER = 4
_TIMES = {"duration": (3, 32), "date": (12, 12), "date-time": (21, 31), "datetime": (21, 31)}
"""The fewest and the most bytes of a time, in quotes."""
_ANY = (2, 0)
_LEAST = {Scalar.BOOLEAN: 4, Scalar.INTEGER: 1, Scalar.NUMBER: 1, Scalar.INT_OR_STRING: 1}


def most(schema: Schema) -> int | None:
    """The most characters, items or entries; 0 for a number or a truth value; None where that is not told here."""
    limits = schema.limits
    match schema:
        case ListSchema(items=items):
            return max(0, limits.max_items) if limits.max_items is not None else (REQUEST - 2) // (least(items) + 1)
        case MapSchema(values=values):
            given = limits.max_properties
            return max(0, given) if given is not None else (REQUEST - 2) // (least(values) + 6)
        case ScalarSchema(type=Scalar.BOOLEAN | Scalar.INTEGER | Scalar.NUMBER):
            return 0
        case ScalarSchema():
            return _characters(schema)
        case ObjectSchema() | AnySchema():
            return None


def _characters(schema: ScalarSchema) -> int:
    form = schema.limits.format or ""
    if form in _TIMES and schema.type is not Scalar.INT_OR_STRING:
        return _TIMES[form][1]
    if schema.limits.max_length is not None:
        return max(0, schema.limits.max_length) * (1 if form == "byte" else _BYTES_OF_A_CHARACTER)
    if schema.enum and schema.type is not Scalar.INT_OR_STRING:
        return max((len(word) for word in schema.enum if isinstance(word, str)), default=0)
    return REQUEST - 2


def least(schema: Schema) -> int:
    """The fewest bytes of a value in JSON."""
    match schema:
        case ScalarSchema(type=kind):
            form = schema.limits.format or ""
            return _LEAST.get(kind) or _TIMES.get(form, _ANY)[0]
        case ObjectSchema(fields=fields, required=required):
            wanted = [name for name in fields if name in required and fields[name].default is None]
            return 2 + sum(len(name) + least(fields[name]) + 4 for name in wanted)
        case _:
            return 2


def times(schema: Schema) -> int:
    """How often a value of the schema can stand in one request."""
    return REQUEST // (least(schema) + 1)
