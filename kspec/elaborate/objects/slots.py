"""The tree of an object while it is being written: every slot knows all its writers, the winner last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from kspec.elaborate.objects.layers import GENERATED, Layer, Write
from kspec.source.text import Span
from kspec.source.tree import Json, Origin, Path


class Special(Enum):
    """Values that are known only when the object is complete."""

    NO_VALUE = "no value"
    OWN_LABELS = "the labels that select the object's own pods"


NO_VALUE = Special.NO_VALUE
Leaf = Json | Special


class Slot:
    """A place in a manifest: a value, a map of slots, a list of slots, or nothing yet."""

    __slots__ = ("fields", "items", "keys", "removed", "value", "writes")

    def __init__(self) -> None:
        self.value: Leaf = NO_VALUE
        self.fields: dict[str, Slot] | None = None
        self.items: list[Slot] | None = None
        self.keys: dict[str, Slot] | None = None
        self.writes: list[Write] = []
        self.removed = False

    @property
    def present(self) -> bool:
        """Whether the manifest will show it."""
        if self.removed:
            return False
        if self.fields is not None:
            return bool(self.writes) or any(s.present for s in self.fields.values())
        if self.items is not None:
            return bool(self.writes) or any(s.present for s in self.items)
        return self.value is not NO_VALUE

    # reading

    def field(self, name: str) -> Slot | None:
        """The slot of a field, if it is there and not removed."""
        found = self.fields.get(name) if self.fields is not None else None
        return found if found is not None and not found.removed else None

    def at(self, *path: str) -> Slot | None:
        """The slot at a path of fields, if it is there."""
        slot: Slot | None = self
        for name in path:
            slot = slot.field(name) if slot is not None else None
        return slot

    def text(self, *path: str) -> str:
        """The text at a path of fields, empty where there is none."""
        slot = self.at(*path)
        return slot.value if slot is not None and isinstance(slot.value, str) else ""

    def live_items(self) -> Iterator[Slot]:
        """The items that are not removed."""
        return (s for s in self.items or () if not s.removed)

    def item(self, label: str, key: str | None) -> Slot | None:
        """The item of a keyed list that is called so."""
        found = self.keys.get(label) if self.keys is not None else None
        if found is not None and not found.removed:
            return found
        if key is None:
            return None
        return next((s for s in self.live_items() if s.text(key) == label), None)

    def copy(self, met: dict[int, Slot] | None = None) -> Slot:
        """A tree of its own with the same writes. `met` gets the twin of every slot by the slot's id."""
        twin = Slot()
        if met is not None:
            met[id(self)] = twin
        twin.value, twin.removed, twin.writes = self.value, self.removed, list(self.writes)
        if self.fields is not None:
            twin.fields = {name: inner.copy(met) for name, inner in self.fields.items()}
        if self.items is not None:
            twins = {id(inner): inner.copy(met) for inner in self.items}
            twin.items = list(twins.values())
            if self.keys is not None:
                twin.keys = {label: twins[id(inner)] for label, inner in self.keys.items() if id(inner) in twins}
        return twin

    # writing

    def open(self, name: str) -> Slot:
        """The slot of a field, made where it is not there; this slot becomes a map."""
        self.removed = False
        if self.fields is None:
            self.fields = {}
        found = self.fields.get(name)
        if found is None:
            found = self.fields[name] = Slot()
        return found

    def open_path(self, path: tuple[str, ...]) -> Slot:
        """The slot at a path of fields, made where it is not there."""
        slot = self
        for name in path:
            slot = slot.open(name)
        return slot

    def append(self, label: str | None = None) -> Slot:
        """A new item at the end; with a label it can be found again."""
        self.removed = False
        if self.items is None:
            self.items = []
        item = Slot()
        self.items.append(item)
        if label is not None:
            self.keys = self.keys or {}
            self.keys[label] = item
        return item

    def set(self, value: Leaf, write: Write) -> Write | None:
        """Make this slot one value. Returns the write it clashes with: another one of the same layer."""
        clash = self.clash(write.layer)
        if write.layer is GENERATED and self.writes:
            return None
        self.fields = self.items = self.keys = None
        self.value, self.removed = value, False
        self.writes.append(write)
        return clash

    def generate(self, value: Leaf, span: Span) -> None:
        """Make this slot a value that anything written replaces."""
        self.set(value, Write(GENERATED, span, span, value if isinstance(value, str | int) else None))

    def replace_list(self, write: Write) -> Write | None:
        """Make this slot an empty list, to be filled. Returns the write it clashes with."""
        clash = self.clash(write.layer)
        self.fields, self.value, self.items, self.keys, self.removed = None, NO_VALUE, [], None, False
        self.writes.append(write)
        return clash

    def open_map(self, write: Write) -> None:
        """Make this slot a map, shown even where it stays empty."""
        if self.fields is None:
            self.fields = {}
        self.value, self.items, self.removed = NO_VALUE, None, False
        self.writes.append(write)

    def remove(self, write: Write) -> None:
        """Take it away, with everything in it. What is written afterwards starts anew."""
        self.fields = self.items = self.keys = None
        self.value, self.removed = NO_VALUE, True
        self.writes.append(write)

    def clash(self, layer: Layer) -> Write | None:
        """The write of the same layer that set this slot already."""
        last = self.writes[-1] if self.writes else None
        return last if last is not None and last.layer is layer and layer is not GENERATED else None


def to_json(slot: Slot, resolve: Callable[[Special], Json]) -> Json:
    """The manifest of a tree; `resolve` gives the values that are known only now."""
    if slot.fields is not None:
        names = sorted(slot.fields, key=_place) if _RANKS.keys() & slot.fields.keys() else slot.fields
        return {name: to_json(s, resolve) for name in names if (s := slot.fields[name]).present}
    if slot.items is not None:
        return [to_json(s, resolve) for s in slot.items if s.present]
    return resolve(slot.value) if isinstance(slot.value, Special) else slot.value


_RANKS = {"apiVersion": -9, "kind": -8, "metadata": -7, "name": -6, "namespace": -5, "template": 1, "status": 2}
"""Fields that people look for at the top or the bottom; the others stand in the order of their writing."""


def _place(name: str) -> int:
    return _RANKS.get(name, 0)


def from_json(value: Json, origin: Origin, layer: Layer) -> Slot:
    """The tree of a manifest that was read, with the places its origin knows."""

    def build(part: Json, path: Path) -> Slot:
        slot = Slot()
        span, key = origin.at(path), origin.key(path)
        leaf = part if not isinstance(part, dict | list) else None
        if span is not None:
            slot.writes.append(Write(layer, span, key, leaf))
        if isinstance(part, dict):
            slot.fields = {name: build(inner, (*path, name)) for name, inner in part.items()}
        elif isinstance(part, list):
            slot.items = [build(inner, (*path, i)) for i, inner in enumerate(part)]
        else:
            slot.value = part
        return slot

    return build(value, ())
