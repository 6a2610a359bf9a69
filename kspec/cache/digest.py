"""A digest of plain values: frozen dataclasses, enums, tuples, mappings, sets, texts and numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum


def digest(*values: object) -> str:
    """The same for equal values in every process. Fields that comparison leaves out do not count; the order of a
    mapping does.

    Raises `TypeError` for what is not plain.
    """
    return _Digests().of(values).hex()


class _Digests:
    """Shared parts are digested once. They are kept alive, so that no other object gets their identity."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}

    def of(self, value: object) -> bytes:
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        made = self._made(value)
        self._known[id(value)] = (value, made)
        return made

    def _made(self, value: object) -> bytes:
        match value:
            case None | bool() | int() | float() | str() | bytes():
                return _hash(type(value).__name__, repr(value).encode(errors="surrogatepass"))
            case Enum():
                return _hash(type(value).__qualname__, value.name.encode())
            case tuple() | list():
                return _hash("sequence", *map(self.of, value))
            case frozenset() | set():
                return _hash("set", *sorted(map(self.of, value)))
            case Mapping():
                return _hash("mapping", *(self.of(part) for pair in value.items() for part in pair))
            case _ if is_dataclass(value) and not isinstance(value, type):
                parts = (self.of(getattr(value, f.name)) for f in fields(value) if f.compare)
                return _hash(type(value).__qualname__, *parts)
            case _:
                raise TypeError(f"{type(value).__name__} is not plain")


def _hash(kind: str, *parts: bytes) -> bytes:
    state = hashlib.blake2b(kind.encode(), digest_size=20)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()
