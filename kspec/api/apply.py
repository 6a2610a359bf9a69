"""Server-side apply: what is stored after a manager applies a new version of what it applied before.

Fields that the manager stops naming go, with all that is in them; fields it names are set; what it never named (a
default, what an admission plugin made) stays. Lists with keys are merged item by item.

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
            texts = {repr(item): item for item in (*live, *new)}
            order = _order([repr(item) for item in live], [repr(item) for item in new])
            return [texts[t] for t in order if texts[t] in new or texts[t] not in owned]
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
        elif name not in before:
            out[name] = value
    for name, value in new.items():
        if name not in live and value is not None:
            out[name] = deepcopy(value)
    return out


def _identity(item: Json, schema: ListSchema) -> str:
    given = item if isinstance(item, dict) else {}
    return repr([given.get(key, _KEY_DEFAULTS.get(key)) for key in schema.keys])


def _merge_items(live: list[Json], before: list[Json], new: list[Json], schema: ListSchema) -> list[Json]:
    identity: Callable[[Json], str] = lambda item: _identity(item, schema)  # noqa: E731
    present = {identity(item): item for item in live}
    named = {identity(item): item for item in new}
    owned = {identity(item): item for item in before}
    out: list[Json] = []
    for key in _order(list(present), list(named)):
        if key not in named:
            out += [present[key]] if key not in owned else []
        elif key in present:
            out.append(_merge(present[key], owned.get(key), named[key], schema.items))
        else:
            out.append(deepcopy(named[key]))
    return out


def _order(live: list[str], new: list[str]) -> list[str]:
    """The order of two lists that are merged: shared items as in the new one, others where they stood."""
    shared = [key for key in new if key in live]
    out: list[str] = []
    left = right = 0
    while left < len(live) or right < len(new):
        if left < len(live) and right < len(new):
            if live[left] == new[right]:
                out.append(live[left])
                left, right, shared = left + 1, right + 1, shared[1:]
                continue
            if live[left] in new and shared and shared[0] != live[left]:
                left += 1
                continue
        if left < len(live) and live[left] not in new:
            out.append(live[left])
            left += 1
            continue
        if left < len(live) and live[left] in out:
            left += 1
        if right < len(new):
            out.append(new[right])
            shared = shared[1:] if shared and shared[0] == new[right] else shared
            right += 1
    return out


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
