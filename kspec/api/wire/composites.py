"""Lists, maps and structs of the wire: the shapes that contain others.

Go reads the keys of an object in the order in which they stand in the JSON, and the JSON that kubectl and the API
server make of YAML has its keys sorted: so the first mismatch and the order of unknown fields follow the sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kspec.api.wire.moments import Moment
from kspec.api.wire.problem import Reading
from kspec.api.wire.shapes import Shape, sort_of
from kspec.source.tree import Json


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape
    pointers: bool = False

    @property
    def go(self) -> str:
        return f"[]{'*' if self.pointers else ''}{self.item.go}"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if not isinstance(raw, list):
            reading.expected(sort_of(raw), self.go)
            return None
        out: list[Json] = []
        decode, stack = self.item.decode, reading.stack
        for index, element in enumerate(raw):
            stack.append(index)
            out.append(self.item.encode(None) if element is None else decode(element, reading))
            stack.pop()
        return out

    def encode(self, value: Json) -> Json:
        return [self.item.encode(v) for v in value] if isinstance(value, list) and value else None


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with string keys. A null value is the value type's zero: `key: null` in a ConfigMap is an empty string."""

    item: Shape
    name: str = ""

    @property
    def go(self) -> str:
        return self.name or f"map[string]{self.item.go}"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if not isinstance(raw, dict):
            reading.expected(sort_of(raw), self.go)
            return None
        out: dict[str, Json] = {}
        for key in sorted(raw):
            element = raw[key]
            if element is None:
                out[key] = self.item.encode(None)
                continue
            before = reading.mismatch
            value = self.item.decode(element, reading)
            if reading.mismatch is before:
                out[key] = value
        return out

    def encode(self, value: Json) -> Json:
        return {k: self.item.encode(value[k]) for k in sorted(value)} if isinstance(value, dict) and value else None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct: its shape, whether it is a pointer (null is not zero), whether empty is omitted."""

    name: str
    shape: Shape
    pointer: bool
    omitempty: bool


@dataclass(slots=True)
class Struct:
    """A struct, with inlined ones merged into its fields. Filled after creation, because structs may be recursive."""

    name: str
    go: str
    fields: dict[str, Field] = field(default_factory=dict)
    _plan: tuple[_Step, ...] = ()

    def decode(self, raw: Json, reading: Reading) -> Json:
        if not isinstance(raw, dict):
            reading.expected(sort_of(raw), self.go)
            return None
        out: dict[str, Json] = {}
        owner, stack = reading.owner, reading.stack
        reading.owner = self.name
        for key in sorted(raw):
            declared, element = self.fields.get(key), raw[key]
            if declared is None:
                reading.unknown.append((*stack, key))
            elif element is not None:
                stack.append(key)
                value = declared.shape.decode(element, reading)
                stack.pop()
                if value is not None:
                    out[key] = value
                reading.owner = self.name
        reading.owner = owner
        return out

    def encode(self, value: Json) -> Json:
        given = value if isinstance(value, dict) else {}
        out: dict[str, Json] = {}
        for name, write, pointer, droppable, dropped in self._plan or self._planned():
            element = given.get(name)
            if element is None:
                if not dropped:
                    out[name] = None if pointer else write(None)
                continue
            written = write(element)
            if not (droppable and _empty(written)):
                out[name] = written
        return out

    def _planned(self) -> tuple[_Step, ...]:
        self._plan = tuple(_step(declared) for declared in self.fields.values())
        return self._plan


_Step = tuple[str, Callable[[Json], Json], bool, bool, bool]
"""How to write a field: its name, what writes its value, whether it is a pointer, whether it is dropped when what was
written is empty, and whether it is dropped when it is absent."""


def _step(declared: Field) -> _Step:
    """`omitempty` drops false, 0, an empty text, list or map, but no struct and no time (bar `omitzero`)."""
    shape, pointer = declared.shape, declared.pointer
    whole = isinstance(shape, Struct) or (isinstance(shape, Moment) and declared.name != "creationTimestamp")
    droppable = declared.omitempty and not pointer and not whole
    dropped = declared.omitempty if pointer else droppable and _empty(shape.encode(None))
    return declared.name, shape.encode, pointer, droppable, dropped


def _empty(written: Json) -> bool:
    return written is None or written in (False, 0, "", [], {})
