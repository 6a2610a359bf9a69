"""What the API server makes of a custom resource: unknown fields pruned, defaults filled in.

The order of k8s.io/apiextensions-apiserver (`structural/pruning` and `defaulting`, v1.36): prune unknown fields,
drop the nulls of fields that may not be null, then fill in the defaults.
"""

from __future__ import annotations

import copy

from kspec.api.schema.types import ListSchema, MapSchema, ObjectSchema, Schema
from kspec.source.tree import Json, Object


def store(manifest: Object, schema: ObjectSchema) -> Object:
    """The manifest as the API server would store it. `schema` is the custom kind's, from the catalogue."""
    pruned = prune(manifest, schema)
    filled = fill(pruned, schema)
    assert isinstance(filled, dict)
    return filled


def prune(value: Json, schema: Schema) -> Json:
    """The value without the fields that its schema does not have."""
    match schema:
        case ObjectSchema() if isinstance(value, dict):
            return {
                name: prune(part, schema.fields[name]) if name in schema.fields else part
                for name, part in value.items()
                if schema.preserves_unknown or name in schema.fields
            }
        case MapSchema() if isinstance(value, dict):
            return {name: prune(part, schema.values) for name, part in value.items()}
        case ListSchema() if isinstance(value, list):
            return [prune(part, schema.items) for part in value]
        case _:
            return value


def fill(value: Json, schema: Schema) -> Json:
    """The value with the defaults of the fields it lacks."""
    match schema:
        case ObjectSchema() if isinstance(value, dict):
            return _fill_object(value, schema)
        case MapSchema() if isinstance(value, dict):
            return {name: fill(_present(part, schema.values), schema.values) for name, part in value.items()}
        case ListSchema() if isinstance(value, list):
            return [fill(_present(part, schema.items), schema.items) for part in value]
        case _:
            return value


def _fill_object(value: Object, schema: ObjectSchema) -> Object:
    out = dict(value)
    for name in schema.fields:
        if name == "metadata" and schema.embedded:
            continue
        field = schema.fields[name]
        part = _present(out.get(name), field)
        if part is not None:
            out[name] = fill(part, field)
        elif name in out and not field.nullable:
            del out[name]
    return out


def _present(part: Json, schema: Schema) -> Json:
    """A part, or its default where it is absent or a null that may not be."""
    if part is None and not schema.nullable and schema.default is not None:
        return copy.deepcopy(schema.default)
    return part
