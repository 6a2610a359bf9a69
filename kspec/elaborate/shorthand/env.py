"""`env LOG_LEVEL: "info"`, `env { PORT: 8080  PASSWORD: secret("db", "password") }`: environment variables by name."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate import rules
from kspec.elaborate.evaluate.values import (
    Fields,
    Flag,
    Listing,
    Nothing,
    Number,
    Source,
    Text,
    Value,
    Word,
    describe,
)
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.scalars import bare_word
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import schema_at, source_names

_SOURCES = {
    "secret": ("secretKeyRef", ("name", "key"), ("a secret", "a key")),
    "configmap": ("configMapKeyRef", ("name", "key"), ("a configmap", "a key")),
    "field": ("fieldRef", ("fieldPath",), ("the path of a field",)),
    "resource": ("resourceFieldRef", ("resource",), ("a resource",)),
}


def _env(writer: Writer, place: Place, entry: Entry) -> bool:
    if isinstance(entry.value, Listing) and entry.label is None:
        return False
    variables = place.inside(place.slot.open("env"), schema_at(place.schema, "env"), "env")
    if entry.label is not None:
        return _variable(writer, variables, entry)
    if entry.items is None and not isinstance(entry.value, Fields):
        return False
    writer.body(variables, entry)
    return True


def _variable(writer: Writer, place: Place, entry: Entry) -> bool:
    """One variable: of `env NAME: value` the label is its name, inside `env { }` the word is."""
    label = entry.label or Text(entry.word.text, span=entry.word.span)
    schema = place.schema
    assert isinstance(schema, ListSchema)
    value = entry.value
    if isinstance(value, Nothing):
        item = place.slot.item(label.text, "name")
        if item is None:
            writer.report(rules.OVERRIDE_TARGET, f"there is no variable `{label.text}` to remove", label.span, place)
        else:
            item.remove(Write(place.layer, label.span, label.span, removed=True))
        return True
    named = Entry(entry.word, entry.span, label, value, entry.items, entry.scope)
    item_place = writer.open_item(place, place.slot, schema, "name", named)
    if value is None or isinstance(value, Fields):
        writer.body(item_place, entry)
    else:
        _write(writer, item_place, label, value)
    return True


def _write(writer: Writer, place: Place, label: Text, value: Value) -> None:
    item = place.slot
    match value:
        case Text(text) | Number(text):
            _drop(place, "valueFrom", value)
            writer.leaf(place, item.open("value"), text, value.span, label.span)
        case Flag(value=truth):
            _drop(place, "valueFrom", value)
            writer.leaf(place, item.open("value"), "true" if truth else "false", value.span, label.span)
        case Source(function) if function in _SOURCES:
            field, keys, wanted = _SOURCES[function]
            names = source_names(writer, place, value, *wanted)
            if names is not None:
                _drop(place, "value", value)
                for key, name in zip(keys, names, strict=True):
                    writer.leaf(place, item.open_path(("valueFrom", field, key)), name.text, name.span, label.span)
        case Word():
            refusal = bare_word(value)
            message = refusal.message.replace("{field}", f"`{label.text}`")
            writer.report(refusal.rule, message, value.span, place, refusal.help)
        case _:
            message = f"the variable `{label.text}` takes a text, a number or a source, not {describe(value)}"
            writer.report(rules.TYPE, message, value.span, place, 'sources are `secret("name", "key")`, `field("...")`')


def _drop(place: Place, field: str, value: Value) -> None:
    """A variable has a value or a source: a later layer's choice takes the other one away."""
    before = place.slot.field(field)
    if before is not None and before.present:
        before.remove(Write(place.layer, value.span, removed=True))


FORMS: Forms = {("Container", "env"): _env, ("[EnvVar]", "*"): _variable}
