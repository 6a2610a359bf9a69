"""Server-side apply: what is stored after a manager applies a new version of what it applied before.

Fields that the manager stops naming go, unless something else made them (a default, an admission plugin); fields it
names are set; the rest stays. Lists with keys are merged item by item.

Upstream: sigs.k8s.io/structured-merge-diff, merge/update.go and typed/{merge,remove}.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy

from kspec.api.admission.refusal import Refusal
from kspec.api.cause import go_json
from kspec.api.schema import ListSchema, ListType, MapSchema, ObjectSchema, Schema
from kspec.source.tree import Json, Object, Path

_KEY_DEFAULTS: dict[str, Json] = {"protocol": "TCP"}


def applied(live: Object, before: Object, new: Object, schema: ObjectSchema | None) -> Object:
    """The object after `new` was applied over `live`, which came of applying `before`."""
    merged = _merge(live, before, new, schema)
    assert isinstance(merged, dict)
    return merged


def _merge(live: Json, before: Json, new: Json, schema: Schema | None) -> Json:
    match schema:
        case ObjectSchema() | MapSchema() if isinstance(live, dict) and isinstance(new, dict) and not _atomic(schema):
            return _merge_fields(live, before if isinstance(before, dict) else {}, new, schema)
        case ListSchema(list_type=ListType.MAP) if isinstance(live, list) and isinstance(new, list):
            return _merge_items(live, before if isinstance(before, list) else [], new, schema)
        case ListSchema(list_type=ListType.SET) if isinstance(live, list) and isinstance(new, list):
            owned = before if isinstance(before, list) else []
            return [*new, *(item for item in live if item not in new and item not in owned)]
        case _:
            return deepcopy(new)


def _atomic(schema: ObjectSchema | MapSchema) -> bool:
    return isinstance(schema, ObjectSchema) and schema.atomic


def _part(schema: ObjectSchema | MapSchema, name: str) -> Schema | None:
    return schema.values if isinstance(schema, MapSchema) else schema.fields.get(name)


def _merge_fields(live: Object, before: Object, new: Object, schema: ObjectSchema | MapSchema) -> Object:
    out: Object = {}
    for name, value in live.items():
        if new.get(name) is not None:
            out[name] = _merge(value, before.get(name), new[name], _part(schema, name))
        elif name in before:
            rest = _remove(value, before[name], _part(schema, name))
            if rest is not None:
                out[name] = rest
        else:
            out[name] = value
    for name, value in new.items():
        if name not in live and value is not None:
            out[name] = deepcopy(value)
    return out


def _remove(live: Json, owned: Json, schema: Schema | None) -> Json:
    """What is left when a manager no longer names a field; None where nothing is."""
    match schema:
        case ObjectSchema() | MapSchema() if isinstance(live, dict) and isinstance(owned, dict) and not _atomic(schema):
            left: Object = {}
            for name, value in live.items():
                rest = _remove(value, owned[name], _part(schema, name)) if name in owned else value
                if rest is not None:
                    left[name] = rest
            return left or None
        case ListSchema(list_type=ListType.MAP) if isinstance(live, list) and isinstance(owned, list):
            keys = {_identity(item, schema) for item in owned}
            items: list[Json] = [item for item in live if _identity(item, schema) not in keys]
            return items or None
        case ListSchema(list_type=ListType.SET) if isinstance(live, list) and isinstance(owned, list):
            values: list[Json] = [item for item in live if item not in owned]
            return values or None
        case _:
            return None


def _identity(item: Json, schema: ListSchema) -> str:
    given = item if isinstance(item, dict) else {}
    return repr([given.get(key, _KEY_DEFAULTS.get(key)) for key in schema.keys])


def _merge_items(live: list[Json], before: list[Json], new: list[Json], schema: ListSchema) -> list[Json]:
    identity: Callable[[Json], str] = lambda item: _identity(item, schema)  # noqa: E731
    present = {identity(item): item for item in live}
    owned = {identity(item): item for item in before}
    named = {identity(item) for item in new}
    out: list[Json] = []
    for item in new:
        key = identity(item)
        out.append(_merge(present[key], owned.get(key), item, schema.items) if key in present else deepcopy(item))
    return out + [item for item in live if identity(item) not in named and identity(item) not in owned]


def undeclared(unknown: Sequence[Path], manifest: Object, schema: ObjectSchema | None, what: str) -> Refusal | None:
    """Apply refuses fields that its schema has not, under any field validation. `what` names the object."""
    said = [f"{_typed(path, manifest, schema)}: field not declared in schema" for path in unknown]
    if not said:
        return None
    listed = said[0] if len(said) == 1 else "\n  ".join(["errors:", *said])
    return Refusal(500, "", f"failed to create typed patch object ({what}): {listed}")


def _typed(path: Path, value: Json, schema: Schema | None) -> str:
    """`.spec.containers[name="web"].foo`: items of lists with keys are told by their keys."""
    out = ""
    for part in path:
        if isinstance(part, int) and isinstance(value, list):
            value = value[part]
            keys = schema.keys if isinstance(schema, ListSchema) and schema.list_type is ListType.MAP else ()
            given = value if isinstance(value, dict) else {}
            named = ((key, given.get(key, _KEY_DEFAULTS.get(key))) for key in sorted(keys))
            out += f"[{','.join(f'{key}={go_json(v)}' for key, v in named) or part}]"
            schema = schema.items if isinstance(schema, ListSchema) else None
        else:
            value = value.get(str(part)) if isinstance(value, dict) else None
            schema = _part(schema, str(part)) if isinstance(schema, ObjectSchema | MapSchema) else None
            out += f".{part}"
    return out
