"""The table of wire types, read from `types.txt` when first needed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kspec.api.wire.composites import Field, ListOf, MapOf, Struct
from kspec.api.wire.moments import Moment
from kspec.api.wire.shapes import Boolean, Bytes, Float, Integer, IntOrString, QuantityText, Raw, Shape, Text
from kspec.source.tree import Object

_SCALARS: dict[str, Shape] = {
    "string": Text(),
    "bool": Boolean(),
    "int": Integer("int", 64),
    "int32": Integer("int32", 32),
    "int64": Integer("int64", 64),
    "uint8": Integer("uint8", 9),
    "float64": Float(),
    "Quantity": QuantityText(),
    "IntOrString": IntOrString(),
    "Time": Moment(),
    "MicroTime": Moment("v1.MicroTime"),
    "Duration": Text("v1.Duration"),
    "Raw": Raw(),
    "types.UID": Text("types.UID"),
    "types.NodeName": Text("types.NodeName"),
    "[]byte": Bytes(),
}


class Table:
    """Struct shapes by name, and the struct of each served kind."""

    def __init__(self, text: str) -> None:
        self.kinds: dict[tuple[str, str], str] = {}
        self._named: dict[str, str] = {}
        self._rows: dict[str, list[tuple[str, str]]] = {}
        self._structs: dict[str, Struct] = {}
        rows: list[tuple[str, str]] = []
        for line in text.splitlines():
            if line.startswith("  "):
                name, _, shape = line.strip().partition(" ")
                rows.append((name, shape))
            elif line and not line.startswith("#"):
                word, *rest = line.split(" ")
                if word == "kind":
                    self.kinds[rest[0], rest[1]] = rest[2]
                elif word == "type":
                    self._named[rest[0]] = rest[1]
                else:
                    rows = self._rows.setdefault(rest[0], [])

    def of_kind(self, api_version: str, kind: str) -> Struct | None:
        """The shape of a kind in the version in which v1.36 serves it, or none."""
        name = self.kinds.get((api_version, kind))
        return self.struct(name) if name else None

    def struct(self, name: str) -> Struct:
        """The shape of a struct, such as `core/v1.PodSpec`."""
        if name not in self._structs:
            short = name.rpartition(".")[2]
            struct = self._structs[name] = Struct(short, f"{name.partition('/')[2]}")
            for field_name, shape in self._rows[name]:
                if field_name == "&":
                    struct.fields.update(self.struct(shape).fields)
                else:
                    bare = field_name.rstrip("?")
                    struct.fields[bare] = Field(
                        bare, self._shape(shape.lstrip("*")), shape.startswith("*"), field_name.endswith("?")
                    )
        return self._structs[name]

    def _shape(self, text: str) -> Shape:
        if text in _SCALARS:
            return _SCALARS[text]
        if text.startswith("[]"):
            return ListOf(self._shape(text[2:].lstrip("*")), text.startswith("[]*"))
        if text.startswith("map:"):
            return MapOf(self._shape(text[4:].lstrip("*")))
        if text in self._named:
            return self._renamed(self._shape(self._named[text]), text.partition("/")[2])
        return self.struct(text)

    @staticmethod
    def _renamed(shape: Shape, go: str) -> Shape:
        match shape:
            case Text():
                return Text(go)
            case MapOf():
                return MapOf(shape.item, go)
            case _:
                return shape


@cache
def table() -> Table:
    """The wire types of v1.36."""
    return Table((files("kspec.api.wire") / "types.txt").read_text("utf-8"))


def canonical(manifest: Object, api_version: str, kind: str) -> Object:
    """The manifest as the server would print it back, without defaults; unchanged where the kind is not known."""
    shape = table().of_kind(api_version, kind)
    written = shape.encode(manifest) if shape else manifest
    return written if isinstance(written, dict) else manifest
