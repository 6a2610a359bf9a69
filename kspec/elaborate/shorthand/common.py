"""What the short forms share."""

from __future__ import annotations

from kspec.api.schema import Schema
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import Number, Source, Text, Value, Word, describe
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import field_of
from kspec.elaborate.objects.forms import Entry, Form
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.syntax import nodes as n


def schema_at(schema: Schema, *path: str) -> Schema:
    """The schema at a path of fields that is known to exist."""
    for name in path:
        found = field_of(schema, name)
        assert found is not None, f"no field {name}"
        schema = found
    return schema


def renamed(*path: str) -> Form:
    """The form of a word that stands for one field at a path: `every` for `periodSeconds`."""

    def form(writer: Writer, place: Place, entry: Entry) -> bool:
        if entry.label is not None or field_of(place.schema, path[0]) is None:
            return False
        schema = schema_at(place.schema, *path)
        slot = place.slot.open_path(path)
        if entry.value is not None:
            key = n.Key(path[-1], span=entry.word.span)
            writer.put(place, slot, schema, entry.value, key)
        else:
            slot.open_map(Write(place.layer, entry.head, entry.word.span))
            writer.body(place.inside(slot, schema, path[-1]), entry)
        return True

    return form


def port_of(value: Value) -> str | int | None:
    """A port's number or name; None where a value is neither."""
    match value:
        case Number(text) | Text(text) if text.isdigit() and len(text) < 20:
            return int(text)
        case Text(text) | Word(text):
            return text
        case _:
            return None


def name_of(value: Value) -> Text | None:
    """A name, written bare or quoted."""
    match value:
        case Text():
            return value
        case Word(text):
            return Text(text, span=value.span, declared=value.declared)
        case _:
            return None


def source_names(writer: Writer, place: Place, source: Source, *wanted: str) -> list[Text] | None:
    """The arguments of `secret("db", "password")` as names; reports where they are too few, too many or no names."""
    names = [name for arg in source.args if (name := name_of(arg)) is not None]
    if len(names) == len(source.args) == len(wanted):
        return names
    by = "by its name" if len(wanted) == 1 else "each by its name"
    message = f"`{source.function}` takes {' and '.join(wanted)}, {by}"
    writer.report(rules.TYPE, message, source.span, place)
    return None


def refuse(writer: Writer, place: Place, entry: Entry, wanted: str) -> bool:
    """Report that a short form does not take what it got."""
    found = "this" if entry.value is None else describe(entry.value)
    span = entry.value.span if entry.value is not None else entry.head
    writer.report(rules.TYPE, f"`{entry.word.text}` takes {wanted}, not {found}", span, place)
    return True
