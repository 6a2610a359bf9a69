"""`volume config: configmap("web")` in a pod, `mount config: "/etc/web"` in a container."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.evaluate.values import Fields, Source, Text
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, renamed, schema_at, source_names

_SOURCES = {
    "configmap": (("configMap", "name"), "a configmap"),
    "secret": (("secret", "secretName"), "a secret"),
    "claim": (("persistentVolumeClaim", "claimName"), "a claim"),
}


def _init(writer: Writer, place: Place, entry: Entry) -> bool:
    """`init migrate { ... }`: a container that runs before the others."""
    if entry.label is None:
        return False
    schema, slot = schema_at(place.schema, "initContainers"), place.slot.open("initContainers")
    assert isinstance(schema, ListSchema)
    writer.body(writer.open_item(place, slot, schema, "name", entry), entry)
    return True


def _volume(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None or not isinstance(entry.value, Source) or entry.value.function not in _SOURCES:
        return False
    path, wanted = _SOURCES[entry.value.function]
    item = writer.keyed_item(place, entry)
    names = source_names(writer, place, entry.value, wanted)
    if item is not None and names is not None:
        writer.leaf(item, item.slot.open_path(path), names[0].text, names[0].span, entry.head)
    return True


def _mount(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None:
        return False
    slot = place.slot.open("volumeMounts")
    schema = schema_at(place.schema, "volumeMounts")
    assert isinstance(schema, ListSchema)
    before = slot.item(entry.label.text, "name")
    write = Write(place.layer, entry.head, entry.word.span)
    if before is None or before.clash(place.layer):
        item = slot.append(entry.label.text)
        item.open_map(write)
        writer.leaf(place, item.open("name"), entry.label.text, entry.label.span, entry.label.span)
    else:
        item = before
        item.writes.append(write)
    inner = place.inside(item, schema.items, "mount")
    match entry.value:
        case Text(text):
            writer.leaf(place, item.open("mountPath"), text, entry.value.span, entry.head)
        case None | Fields():
            writer.body(inner, entry)
        case _:
            refuse(writer, place, entry, "the path to mount it at")
    return True


FORMS: Forms = {
    ("PodSpec", "init"): _init,
    ("PodSpec", "volume"): _volume,
    ("Container", "mount"): _mount,
    ("VolumeMount", "path"): renamed("mountPath"),
}
