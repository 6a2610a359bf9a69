"""Values as JSON and back: dataclasses and enums by name from a given list, so that reading makes nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

from kspec.source.tree import Json

_KIND, _SHARED = "$", "#"


@dataclass
class _Table:
    """Shared values: what they consist of stands before them."""

    places: dict[object, int] = field(default_factory=dict)
    bodies: list[Json] = field(default_factory=list)


class Form:
    """How values of certain classes are written. Sequences come back as tuples.

    Values of the `shared` classes are written once, however often they occur.
    """

    def __init__(self, classes: Iterable[type], shared: Iterable[type] = ()) -> None:
        self._shared = frozenset(shared)
        self._classes = {c.__name__: c for c in (*classes, *self._shared)}

    def write(self, value: object) -> Json:
        """Raises `TypeError` for what it cannot write."""
        table = _Table()
        body = self._write(value, table)
        return {"value": body, "shared": table.bodies}

    def read(self, document: Json) -> Any:
        """Raises `LookupError`, `TypeError` or `ValueError` for what `write` did not make."""
        if not isinstance(document, dict):
            raise TypeError("not a kept value")
        shared = document["shared"]
        table: list[Any] = []
        for item in shared if isinstance(shared, list) else ():
            table.append(self._read(item, table))
        return self._read(document["value"], table)

    def _write(self, value: object, table: _Table) -> Json:
        match value:
            case Enum() if type(value) in self._classes.values():
                return {_KIND: type(value).__name__, "name": value.name}
            case None | bool() | int() | float() | str():
                return value
            case tuple() | list():
                return [self._write(item, table) for item in value]
            case Mapping() if all(isinstance(key, str) for key in value) and _KIND not in value:
                return {str(key): self._write(item, table) for key, item in value.items()}
            case _ if type(value) in self._shared:
                if value not in table.places:
                    body = self._fields(value, table)
                    table.places[value] = len(table.bodies)
                    table.bodies.append(body)
                return {_KIND: _SHARED, "at": table.places[value]}
            case _ if is_dataclass(value) and type(value) in self._classes.values():
                return self._fields(value, table)
            case _:
                raise TypeError(f"{type(value).__name__} cannot be kept")

    def _fields(self, value: Any, table: _Table) -> Json:
        parts = {f.name: self._write(getattr(value, f.name), table) for f in fields(value) if f.init}
        return {_KIND: type(value).__name__, **parts}

    def _read(self, value: Json, table: list[Any]) -> Any:
        if isinstance(value, list):
            return tuple([self._read(item, table) for item in value])
        if not isinstance(value, dict):
            return value
        parts = {key: self._read(item, table) for key, item in value.items() if key != _KIND}
        kind = value.get(_KIND)
        if kind is None:
            return parts
        if kind == _SHARED:
            return table[parts["at"]]
        found = self._classes[str(kind)]
        return found[parts["name"]] if issubclass(found, Enum) else found(**parts)
