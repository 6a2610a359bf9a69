"""`hpa web { replicas: 3..12  cpu: 70% }`: the range of replicas, and the use of a resource to aim at."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.evaluate.values import Extent, Number, Value
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.flat import field_of
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, schema_at
from kspec.syntax import nodes as n


def _replicas(writer: Writer, place: Place, entry: Entry) -> bool:
    match entry.value:
        case Extent(low, high):
            ends = low, high
        case Number() as fixed:
            ends = fixed, fixed
        case _:
            return refuse(writer, place, entry, "a range such as 3..12")
    for field, value in zip(("minReplicas", "maxReplicas"), ends, strict=True):
        key = n.Key(field, span=entry.word.span)
        writer.put(place, place.slot.open(field), schema_at(place.schema, field), value, key)
    return True


def _metric(writer: Writer, place: Place, entry: Entry) -> bool:
    if field_of(place.schema, "metrics") is None:
        return False
    value = entry.value
    if not isinstance(value, Number):
        return refuse(writer, place, entry, "a percentage of the request, or a quantity")
    schema, metrics = schema_at(place.schema, "metrics"), place.slot.open("metrics")
    assert isinstance(schema, ListSchema)
    item = metrics.item(entry.word.text, None)
    if item is None:
        item = metrics.append(entry.word.text)
        item.open_map(Write(place.layer, entry.span, entry.word.span))
        _set(writer, place, item, ("type",), "Resource", entry)
        _set(writer, place, item, ("resource", "name"), entry.word.text, entry)
    else:
        writer.clash(item.clash(place.layer), entry.word.span, place)
        item.writes.append(Write(place.layer, entry.span, entry.word.span))
        item.open_path(("resource", "target")).remove(Write(place.layer, value.span, removed=True))
    _aim(writer, place.inside(item, schema.items, "metrics"), item, value, entry)
    return True


def _aim(writer: Writer, place: Place, item: Slot, value: Number, entry: Entry) -> None:
    percent = value.text.endswith("%")
    kind, field = ("Utilization", "averageUtilization") if percent else ("AverageValue", "averageValue")
    _set(writer, place, item, ("resource", "target", "type"), kind, entry)
    path = ("resource", "target", field)
    plain: Value = Number(value.text.removesuffix("%"), span=value.span, declared=value.declared)
    writer.put(place, item.open_path(path), schema_at(place.schema, *path), plain, n.Key(field, span=entry.word.span))


def _set(writer: Writer, place: Place, item: Slot, path: tuple[str, ...], text: str, entry: Entry) -> None:
    writer.leaf(place, item.open_path(path), text, entry.span, entry.word.span)


def _count(writer: Writer, place: Place, entry: Entry) -> bool:
    """`count: 2..6` of a node pool: a fixed number, or a range inside which an autoscaler moves."""
    match entry.value:
        case Extent(low, high):
            ends = low, high
        case Number() as fixed:
            ends = fixed, fixed
        case _:
            return refuse(writer, place, entry, "a number of nodes, or a range such as 2..6")
    slot, schema = place.slot.open("count"), schema_at(place.schema, "count")
    for field, value in zip(("low", "high"), ends, strict=True):
        key = n.Key("count", span=entry.word.span)
        writer.put(place, slot.open(field), schema_at(schema, field), value, key)
    return True


_STRUCT = "HorizontalPodAutoscalerSpec"
FORMS: Forms = {
    (_STRUCT, "replicas"): _replicas,
    (_STRUCT, "cpu"): _metric,
    (_STRUCT, "memory"): _metric,
    ("NodePool", "count"): _count,
}
