"""`port http: 8080` in a container, `port http: 80 -> http` in a service."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.evaluate.values import Arrow, Fields, Number, Value
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, schema_at
from kspec.syntax import nodes as n


def _container_port(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None:
        return False
    item = _open(writer, place, entry)
    if isinstance(entry.value, Number):
        _put(writer, item, "containerPort", entry.value, entry)
    elif entry.value is None or isinstance(entry.value, Fields):
        writer.body(item, entry)
    else:
        refuse(writer, place, entry, "a number")
    return True


def _service_port(writer: Writer, place: Place, entry: Entry) -> bool:
    item = _open(writer, place, entry)
    match entry.value:
        case Number():
            _put(writer, item, "port", entry.value, entry)
        case Arrow(left, right):
            _put(writer, item, "port", left, entry)
            _put(writer, item, "targetPort", right, entry)
        case None | Fields():
            writer.body(item, entry)
        case _:
            refuse(writer, place, entry, "a port, or `port -> port of the pods`")
    return True


def _open(writer: Writer, place: Place, entry: Entry) -> Place:
    schema, slot = schema_at(place.schema, "ports"), place.slot.open("ports")
    assert isinstance(schema, ListSchema)
    if entry.label is not None:
        return writer.open_item(place, slot, schema, "name", entry)
    item = slot.append()
    item.open_map(Write(place.layer, entry.head, entry.word.span))
    return place.inside(item, schema.items, "port")


def _put(writer: Writer, item: Place, field: str, value: Value, entry: Entry) -> None:
    key = n.Key(field, span=entry.head)
    writer.put(item, item.slot.open(field), schema_at(item.schema, field), value, key)


FORMS: Forms = {("Container", "port"): _container_port, ("ServiceSpec", "port"): _service_port}
