"""`claim data { storage: 50Gi  class: fast  mount: "/db" }`: a volume for each pod of a StatefulSet."""

from __future__ import annotations

from dataclasses import replace

from kspec.api.schema import ListSchema, ObjectSchema
from kspec.elaborate.evaluate.values import Fields, Text
from kspec.elaborate.objects.draft import ClaimMount, Place
from kspec.elaborate.objects.flat import flatten
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, renamed, schema_at


def _claim(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None or not (entry.value is None or isinstance(entry.value, Fields)):
        return False
    label = entry.label
    schema, slot = schema_at(place.schema, "volumeClaimTemplates"), place.slot.open("volumeClaimTemplates")
    assert isinstance(schema, ListSchema) and isinstance(schema.items, ObjectSchema)
    write = Write(place.layer, entry.head, entry.word.span)
    item = slot.item(label.text, None)
    if item is None:
        item = slot.append(label.text)
        item.open_map(write)
        writer.leaf(place, item.open_path(("metadata", "name")), label.text, label.span, label.span)
    else:
        writer.clash(item.clash(place.layer), entry.head, place)
        item.writes.append(write)
    writer.body(replace(place, slot=item, views=flatten(schema.items), field="claim"), entry)
    return True


def _mounted(writer: Writer, place: Place, entry: Entry) -> bool:
    """Where the claim is mounted in the pod's container; written when all containers are known."""
    if place.draft.kind.kind != "StatefulSet":
        return False
    match entry.value:
        case Text():
            place.draft.claim_mounts.append(ClaimMount(place, entry.value))
        case _:
            refuse(writer, place, entry, "the path to mount it at")
    return True


FORMS: Forms = {
    ("StatefulSetSpec", "claim"): _claim,
    ("PersistentVolumeClaim", "mount"): _mounted,
    ("PersistentVolumeClaimSpec", "storage"): renamed("resources", "requests", "storage"),
    ("PersistentVolumeClaimSpec", "class"): renamed("storageClassName"),
}
