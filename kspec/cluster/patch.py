"""Strategic merge patch: what `kubectl patch` sends.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (v1.36).
"""

from __future__ import annotations

from copy import deepcopy

from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Schema
from kspec.source.tree import Json, Object

_DIRECTIVE = "$patch"
_DELETE = "$deleteFromPrimitiveList/"


def patched(live: Object, patch: Object, schema: Schema | None) -> Object:
    """The object after the patch: null deletes, lists with a merge key are merged item by item, others replaced."""
    if patch.get(_DIRECTIVE) == "replace":
        return {name: value for name, value in patch.items() if name != _DIRECTIVE}
    out = dict(live)
    for name, value in patch.items():
        if name.startswith(_DELETE):
            _drop(out, name.removeprefix(_DELETE), value)
            continue
        part = _part(schema, name)
        before = live.get(name)
        match value:
            case None:
                out.pop(name, None)
            case dict():
                out[name] = patched(before if isinstance(before, dict) else {}, value, part)
            case list() if isinstance(part, ListSchema) and part.patch_strategy == "merge" and isinstance(before, list):
                out[name] = _merged(before, value, part)
            case _:
                out[name] = deepcopy(value)
    return out


def _drop(out: Object, name: str, values: Json) -> None:
    """Take values out of a list of plain ones; an empty list is none."""
    before = out.get(name)
    if isinstance(before, list) and isinstance(values, list):
        left = [value for value in before if value not in values]
        out.pop(name)
        if left:
            out[name] = left


def _part(schema: Schema | None, name: str) -> Schema | None:
    match schema:
        case MapSchema():
            return schema.values
        case ObjectSchema():
            return schema.fields.get(name)
        case _:
            return None


def _merged(live: list[Json], patch: list[Json], schema: ListSchema) -> list[Json]:
    key = schema.merge_key
    if key is None:
        return [*live, *(item for item in patch if item not in live)]
    out = list(live)
    for item in patch:
        assert isinstance(item, dict)
        at = next((n for n, o in enumerate(out) if isinstance(o, dict) and o.get(key) == item.get(key)), None)
        if item.get(_DIRECTIVE) == "delete":
            out = [o for n, o in enumerate(out) if n != at]
        elif at is None:
            out.append(deepcopy(item))
        else:
            old = out[at]
            assert isinstance(old, dict)
            out[at] = patched(old, item, schema.items)
    return out
