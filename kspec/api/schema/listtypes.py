"""Items that stand twice in a list of a custom resource that is a set, or whose items have keys.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go (v1.36).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate
from kspec.api.schema.types import ListSchema, ListType, MapSchema, ObjectSchema, Schema
from kspec.source.tree import Json


def repeated_items(schema: Schema, value: Json, at: FieldPath) -> Iterator[Cause]:
    """The second of equal items, wherever they are."""
    match schema:
        case ObjectSchema() if isinstance(value, dict):
            for name in sorted(value):
                if name in schema.fields and not (schema.embedded and name == "metadata"):
                    yield from repeated_items(schema.fields[name], value[name], at / name)
        case MapSchema() if isinstance(value, dict):
            for key in sorted(value):
                yield from repeated_items(schema.values, value[key], at.key(key))
        case ListSchema() if isinstance(value, list):
            if schema.list_type is not ListType.ATOMIC:
                yield from _repeated(schema, value, at)
            for i, item in enumerate(value):
                yield from repeated_items(schema.items, item, at.item(i))


def _repeated(schema: ListSchema, value: list[Json], at: FieldPath) -> Iterator[Cause]:
    times: dict[str, int] = {}
    for i, item in enumerate(value):
        shown = item
        if schema.list_type is ListType.MAP:
            given = item if isinstance(item, dict) else {}
            shown = {key: given[key] for key in schema.keys if key in given}
        key = json.dumps(shown, sort_keys=True)
        times[key] = times.get(key, 0) + 1
        if times[key] == 2:
            yield duplicate(at.item(i), shown)
