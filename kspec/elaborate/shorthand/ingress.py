"""`ingress web { class: nginx  host "shop.example.com" { path "/": service/web.http  tls: "shop-tls" } }`."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.evaluate.values import Fields, Listing, ObjectName, Text, Word
from kspec.elaborate.objects.draft import Place, PortUse
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import name_of, port_of, refuse, renamed, schema_at


def _host(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None or not (entry.value is None or isinstance(entry.value, Fields)):
        return False
    schema, slot = schema_at(place.schema, "rules"), place.slot.open("rules")
    assert isinstance(schema, ListSchema)
    writer.body(writer.open_item(place, slot, schema, "host", entry), entry)
    return True


def _path(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None:
        return False
    schema, slot = schema_at(place.schema, "http", "paths"), place.slot.open_path(("http", "paths"))
    assert isinstance(schema, ListSchema)
    item = writer.open_item(place, slot, schema, "path", entry)
    match entry.value:
        case None | Fields():
            writer.body(item, entry)
        case ObjectName("service" | "svc", rest):
            _send(writer, item, item.slot.open("backend"), entry.value, rest)
        case _:
            refuse(writer, place, entry, 'the port of a service: `path "/": service/web.http`')
    item.slot.open("pathType").generate("Prefix", entry.head)
    return True


def _backend(writer: Writer, place: Place, entry: Entry) -> bool:
    if not isinstance(entry.value, ObjectName) or entry.value.kind not in ("service", "svc"):
        return False
    _send(writer, place, place.slot.open("backend"), entry.value, entry.value.rest)
    return True


def _send(writer: Writer, place: Place, backend: Slot, value: ObjectName, rest: str) -> None:
    """Write a backend; a service that has one port needs no name of it."""
    name, dot, port_text = rest.partition(".")
    service = backend.open("service")
    writer.leaf(place, service.open("name"), name, value.span, value.span)
    port = port_of(Text(port_text, span=value.span)) if dot else None
    slot = service.open("port")
    if port is not None:
        writer.leaf(place, slot.open("number" if isinstance(port, int) else "name"), port, value.span, value.span)
    place.draft.port_uses.append(PortUse(name, port, value.span, slot))


def _tls(writer: Writer, place: Place, entry: Entry) -> bool:
    """The secret with the host's certificate."""
    if entry.label is not None or isinstance(entry.value, Listing):
        return False
    name = name_of(entry.value) if isinstance(entry.value, Text | Word) else None
    if name is None:
        return refuse(writer, place, entry, "the name of a secret")
    host = place.slot.text("host")
    entries = place.draft.root.open_path(("spec", "tls"))
    item = entries.item(host, None)
    if item is None:
        item = entries.append(host)
        item.open_map(Write(place.layer, entry.head, entry.word.span))
        writer.leaf(place, item.open("hosts").append(), host, entry.head, entry.word.span)
    writer.leaf(place, item.open("secretName"), name.text, name.span, entry.word.span)
    return True


FORMS: Forms = {
    ("IngressSpec", "class"): renamed("ingressClassName"),
    ("IngressSpec", "host"): _host,
    ("IngressRule", "path"): _path,
    ("IngressRule", "tls"): _tls,
    ("HTTPIngressPath", "backend"): _backend,
}
