"""`networkpolicy db { target: db  ingress { from: [web]  port: sql } }`: peers by the workloads they are."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.evaluate.values import Listing, Number, ObjectName, Text, Word
from kspec.elaborate.objects.draft import Peer, Place
from kspec.elaborate.objects.forms import Entry, Form, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, schema_at
from kspec.syntax import nodes as n


def _peers(field: str) -> Form:
    def form(writer: Writer, place: Place, entry: Entry) -> bool:
        if entry.label is not None or not isinstance(entry.value, Listing):
            return False
        schema, slot = schema_at(place.schema, field), place.slot.open(field)
        assert isinstance(schema, ListSchema)
        clash = slot.replace_list(Write(place.layer, entry.value.span, entry.word.span))
        writer.clash(clash, entry.word.span, place)
        for value in entry.value.items:
            item = slot.append()
            if isinstance(value, Word | Text | ObjectName):
                place.draft.peers.append(Peer(item, value))
            else:
                writer.put(place, item, schema.items, value, entry.word)
        return True

    return form


def _port(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is not None:
        return False
    match entry.value:
        case Number() | Word() | Text():
            item = place.slot.open("ports").append()
            item.open_map(Write(place.layer, entry.span, entry.word.span))
            schema = schema_at(place.schema, "ports")
            assert isinstance(schema, ListSchema)
            key = n.Key("port", span=entry.word.span)
            writer.put(place, item.open("port"), schema_at(schema.items, "port"), entry.value, key)
        case _:
            refuse(writer, place, entry, "a port's number or name")
    return True


FORMS: Forms = {
    ("NetworkPolicyIngressRule", "from"): _peers("from"),
    ("NetworkPolicyIngressRule", "port"): _port,
    ("NetworkPolicyEgressRule", "to"): _peers("to"),
    ("NetworkPolicyEgressRule", "port"): _port,
}
