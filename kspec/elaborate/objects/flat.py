"""Where a field of an object may be written: flat workloads, driven by the schema.

A workload has no `spec.template.spec`: its fields are looked up in the object itself, its metadata, its spec and,
where the spec has a template, in the template's spec. A field that Kubernetes adds to any of them needs no code here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kspec.api.schema import AnySchema, ListSchema, ListType, MapSchema, ObjectSchema, Schema
from kspec.elaborate.objects.slots import Slot

ANYTHING = AnySchema()


@dataclass(frozen=True, slots=True)
class View:
    """A struct whose fields can be written at a place, and the path that leads to it from there."""

    path: tuple[str, ...]
    schema: Schema

    @property
    def struct(self) -> str:
        """The struct's name, such as `PodSpec`; `[EnvVar]` for a list of it; empty where it has none."""
        match self.schema:
            case ObjectSchema():
                return self.schema.short_name
            case ListSchema(items=ObjectSchema() as items):
                return f"[{items.short_name}]"
            case _:
                return ""


@lru_cache(maxsize=512)
def flatten(root: ObjectSchema) -> tuple[View, ...]:
    """The views of a whole object, in order of precedence."""
    return tuple(_flatten(root))


def _flatten(root: ObjectSchema) -> Iterator[View]:
    yield View((), root)
    for name in ("metadata", "spec"):
        part = root.fields.get(name)
        if isinstance(part, ObjectSchema):
            yield View((name,), part)
    yield from _templates(root, ())
    spec = root.fields.get("spec")
    if isinstance(spec, ObjectSchema):
        yield from _templates(spec, ("spec",))


def _templates(schema: ObjectSchema, path: tuple[str, ...]) -> Iterator[View]:
    """The specs of the templates in a struct: `spec.template.spec`, `spec.jobTemplate.spec.template.spec`."""
    for name in ("template", "jobTemplate"):
        template = schema.fields.get(name)
        spec = template.fields.get("spec") if isinstance(template, ObjectSchema) else None
        if isinstance(spec, ObjectSchema):
            inner = (*path, name, "spec")
            yield View(inner, spec)
            yield from _templates(spec, inner)


@lru_cache(maxsize=512)
def template_path(root: ObjectSchema) -> tuple[str, ...] | None:
    """The path of the pod template in an object: `spec.template` of a Deployment; None where it makes no pods."""
    for view in flatten(root):
        if view.struct == "PodSpec" and len(view.path) > 1:
            return view.path[:-1]
    return None


def field_of(schema: Schema, name: str) -> Schema | None:
    """The schema of a field or key, None where a struct has no such field."""
    match schema:
        case ObjectSchema():
            found = schema.fields.get(name)
            return ANYTHING if found is None and schema.preserves_unknown else found
        case MapSchema():
            return schema.values
        case AnySchema():
            return ANYTHING
        case _:
            return None


def item_key(schema: ListSchema) -> str | None:
    """The field that names an item of a list: `name` of containers, `mountPath` of mounts."""
    if schema.list_type is ListType.MAP and len(schema.keys) == 1:
        return schema.keys[0]
    return schema.merge_key


def named_item(slot: Slot, views: tuple[View, ...], name: str) -> tuple[Slot, Schema] | None:
    """The item called `name` in one of the keyed lists of the views, such as the container `app`."""
    for inner, schema in _named_lists(slot, views):
        found = inner.item(name, "name")
        if found is not None:
            return found, schema.items
    return None


def item_names(slot: Slot, views: tuple[View, ...]) -> list[str]:
    """The names by which `named_item` finds items."""
    return [item.text("name") for inner, _ in _named_lists(slot, views) for item in inner.live_items()]


def _named_lists(slot: Slot, views: tuple[View, ...]) -> Iterator[tuple[Slot, ListSchema]]:
    for view in views:
        parent = slot.at(*view.path)
        if parent is None or not isinstance(view.schema, ObjectSchema):
            continue
        for field, inner in (parent.fields or {}).items():
            schema = field_of(view.schema, field)
            if not inner.removed and isinstance(schema, ListSchema) and item_key(schema) == "name":
                yield inner, schema
