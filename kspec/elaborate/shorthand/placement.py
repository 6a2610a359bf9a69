"""`topologySpread zone { maxSkew: 1 }`, `antiAffinity node { required: true }`: where pods go relative to each other.

Both are about the workload's own pods unless a `selector` says otherwise.
"""

from __future__ import annotations

from kspec.api.schema import ListSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.domain.node import HOSTNAME, REGION, ZONE
from kspec.elaborate.evaluate.values import Fields, Flag, Text, Value, Word
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot, Special
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse, renamed, schema_at

_DOMAINS = {"node": HOSTNAME, "host": HOSTNAME, "zone": ZONE, "region": REGION}
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_MAX_WEIGHT = 100


def _spread(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None:
        return False
    schema, slot = schema_at(place.schema, "topologySpreadConstraints"), place.slot.open("topologySpreadConstraints")
    assert isinstance(schema, ListSchema)
    item = _item(slot, place, entry)
    inner = place.inside(item, schema.items, "topologySpread")
    _topology(writer, inner, item, entry.label)
    match entry.value:
        case None | Fields():
            writer.body(inner, entry)
        case Word() | Text():
            key = entry.word
            schema_of_mode = schema_at(inner.schema, "whenUnsatisfiable")
            writer.put(inner, item.open("whenUnsatisfiable"), schema_of_mode, entry.value, key)
        case _:
            refuse(writer, place, entry, "a block, or `DoNotSchedule` or `ScheduleAnyway`")
    item.open("maxSkew").generate(1, entry.head)
    item.open("whenUnsatisfiable").generate("DoNotSchedule", entry.head)
    _own_pods(item.open("labelSelector"), entry)
    return True


def _anti_affinity(writer: Writer, place: Place, entry: Entry) -> bool:
    if entry.label is None:
        return False
    scratch = place.inside(Slot(), _shape(place), "antiAffinity")
    required = True
    match entry.value:
        case None | Fields():
            writer.body(scratch, entry)
            wish = scratch.slot.field("required")
            required = wish is None or wish.value is not False
        case Word(text) | Text(text) if text in ("required", "preferred"):
            required = text == "required"
        case Flag(value=truth):
            required = truth
        case _:
            return refuse(writer, place, entry, "a block, or `required` or `preferred`")
    terms = place.slot.open_path(("affinity", "podAntiAffinity"))
    chosen, other = (_REQUIRED, _PREFERRED) if required else (_PREFERRED, _REQUIRED)
    _withdraw(terms.field(other), entry, place)
    item = _item(terms.open(chosen), place, entry)
    term = item if required else item.open("podAffinityTerm")
    if not required:
        weight = scratch.slot.field("weight")
        if weight is None or not weight.present:
            item.open("weight").generate(_MAX_WEIGHT, entry.head)
        else:
            item.open("weight").set(weight.value, weight.writes[-1])
    _topology(writer, place, term, entry.label)
    for name in ("selector", *_TERM_FIELDS):
        written = scratch.slot.field(name)
        if written is not None and term.fields is not None:
            term.fields["labelSelector" if name == "selector" else name] = written
    _own_pods(term.open("labelSelector"), entry)
    return True


_TERM_FIELDS = ("namespaces", "namespaceSelector", "matchLabelKeys", "mismatchLabelKeys")


def _shape(place: Place) -> ObjectSchema:
    """What the block takes: the fields of a term, and whether it is required."""
    term = schema_at(place.schema, "affinity", "podAntiAffinity", _REQUIRED)
    assert isinstance(term, ListSchema)
    fields: dict[str, Schema] = {
        "required": ScalarSchema(type=Scalar.BOOLEAN),
        "weight": ScalarSchema(type=Scalar.INTEGER, bits=32),
        "selector": schema_at(term.items, "labelSelector"),
    }
    own = term.items.fields if isinstance(term.items, ObjectSchema) else {}
    return ObjectSchema(name="antiAffinity", fields=fields | {n: own[n] for n in _TERM_FIELDS if n in own})


def _item(slot: Slot, place: Place, entry: Entry) -> Slot:
    """The item that an earlier layer gave this label, or a new one."""
    assert entry.label is not None
    write = Write(place.layer, entry.head, entry.word.span)
    before = slot.item(entry.label.text, None)
    if before is not None and before.clash(place.layer) is None:
        before.writes.append(write)
        return before
    item = slot.append(entry.label.text)
    item.open_map(write)
    return item


def _topology(writer: Writer, place: Place, item: Slot, label: Value) -> None:
    assert isinstance(label, Text)
    key = _DOMAINS.get(label.text, label.text)
    slot = item.open("topologyKey")
    if slot.value != key:
        writer.leaf(place, slot, key, label.span, label.span)


def _withdraw(slot: Slot | None, entry: Entry, place: Place) -> None:
    """Take back what an earlier layer said about the same domain in the other strength."""
    assert entry.label is not None
    before = slot.item(entry.label.text, None) if slot is not None else None
    if before is not None:
        before.remove(Write(place.layer, entry.head, removed=True))


def _own_pods(selector: Slot, entry: Entry) -> None:
    if not selector.present:
        selector.generate(Special.OWN_LABELS, entry.head)


FORMS: Forms = {
    ("PodSpec", "topologySpread"): _spread,
    ("PodSpec", "antiAffinity"): _anti_affinity,
    ("TopologySpreadConstraint", "selector"): renamed("labelSelector"),
}
