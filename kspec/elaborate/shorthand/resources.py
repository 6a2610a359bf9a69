"""`resources { cpu: 500m  memory: 256Mi..512Mi  nvidia.com/gpu: 1 }`: requests, and limits where a range says so."""

from __future__ import annotations

from kspec.api.schema import MapSchema
from kspec.elaborate.evaluate.values import Extent, Value
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import schema_at

_NAMES = ("cpu", "memory", "ephemeral-storage")


def _resource(writer: Writer, place: Place, entry: Entry) -> bool:
    name = entry.word.text
    extended = "/" in name
    if entry.value is None or not (extended or name in _NAMES or name.startswith("hugepages-")):
        return False
    if isinstance(entry.value, Extent):
        _put(writer, place, "requests", entry, entry.value.low)
        _put(writer, place, "limits", entry, entry.value.high)
        return True
    _put(writer, place, "requests", entry, entry.value)
    if extended or name.startswith("hugepages-"):
        _put(writer, place, "limits", entry, entry.value)
    return True


def _put(writer: Writer, place: Place, field: str, entry: Entry, value: Value) -> None:
    """Extended resources and huge pages cannot be overcommitted, so their limit is their request."""
    schema = schema_at(place.schema, field)
    assert isinstance(schema, MapSchema)
    writer.put_entry(place, place.slot.open(field), schema, entry.word, value, field)


FORMS: Forms = {("ResourceRequirements", "*"): _resource, ("VolumeResourceRequirements", "*"): _resource}
