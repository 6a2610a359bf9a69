"""What to say about a field that is not there: what was meant, or where it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.api.schema import ListSchema, ObjectSchema
from kspec.api.schema.hints import close_match, field_help
from kspec.elaborate import rules
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import field_of, item_key, item_names
from kspec.syntax import nodes as n

if TYPE_CHECKING:
    from kspec.elaborate.objects.paths import Paths


def unknown_field(writer: Paths, place: Place, key: n.Key, *, labelled: bool = False) -> None:
    """Report a word that is neither a field nor a short form nor a named item at a place."""
    name = key.text
    if not labelled and _wants_name(writer, place, name):
        advice = f"write `{name} NAME {{ ... }}`"
        writer.report(rules.TYPE, f"a `{name}` needs a name", key.span, place, advice)
        return
    schema = next((view.schema for view in place.views if _field(view.schema, name) is not None), None)
    if schema is not None and labelled:
        advice = f"write `{name} {{ ... }}` or `{name}: ...`"
        writer.report(rules.UNKNOWN_FIELD, f"`{name}` takes no name here", key.span, place, advice)
        return
    owner = place.name
    help = _help(writer, place, name)
    writer.report(rules.UNKNOWN_FIELD, f"{owner} has no field `{name}`", key.span, place, help)


def _wants_name(writer: Paths, place: Place, name: str) -> bool:
    """Whether a word opens items that have names: `container app { }`."""
    for view in place.views:
        if (view.struct, name) in writer.forms:
            return True
        listed = field_of(view.schema, f"{name}s") if isinstance(view.schema, ObjectSchema) else None
        if isinstance(listed, ListSchema) and item_key(listed) is not None:
            return True
    return False


def _field(schema: object, name: str) -> object:
    return schema.fields.get(name) if isinstance(schema, ObjectSchema) else None


def _help(writer: Paths, place: Place, name: str) -> str | None:
    words = [w for view in place.views for s, w in writer.forms if s == view.struct and w != "*"]
    fields = [f for view in place.views if isinstance(view.schema, ObjectSchema) for f in view.schema.fields]
    close = close_match(name, [*words, *fields, *item_names(place.slot, place.views)])
    if close is not None and close != name:
        return f"did you mean `{close}`?"
    root = place.draft.kind.schema
    if root is None:
        return None
    for view in place.views:
        if isinstance(view.schema, ObjectSchema):
            path = tuple(p for p in (*view.path,))
            home = field_help(name, view.schema, root, path)
            if home is not None:
                return _in_kspec(name, home)
    return None


def _in_kspec(name: str, help: str) -> str:
    """Help of the schema, in the words of the language."""
    if "initContainers[]" in help or "containers[]`" in help:
        return f"`{name}` is a field of a container: write it in its `container` block"
    return help
