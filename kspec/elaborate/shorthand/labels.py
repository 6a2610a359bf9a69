"""`labels: { tier: front }` in a workload: labels of the object and of its pods alike.

Written at the path `metadata.labels` they are the object's own, at `template.metadata.labels` the pods'.
"""

from __future__ import annotations

from kspec.elaborate.evaluate.values import Fields
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import schema_at


def _labels(writer: Writer, place: Place, entry: Entry) -> bool:
    template = place.draft.template
    if not entry.flat or template is None or entry.label is not None:
        return False
    if entry.items is None and not isinstance(entry.value, Fields):
        return False
    schema = schema_at(place.schema, "labels")
    write = Write(place.layer, entry.head, entry.word.span)
    for slot in (place.slot.open("labels"), place.draft.root.open_path((*template, "metadata", "labels"))):
        slot.open_map(write)
        writer.body(place.inside(slot, schema, "labels"), entry)
    return True


FORMS: Forms = {("ObjectMeta", "labels"): _labels}
