"""The shapes of wire types: how each reads JSON and how it writes it again.

Reading (`decode`) gives a tree in which only what was written is present: nulls and unknown fields are gone,
quantities are canonical. Writing (`encode`) adds what Go always prints (struct values, fields without omitempty) and
drops what it omits.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from kspec.api.wire.problem import Reading
from kspec.domain.quantity import Quantity
from kspec.source.tree import Json


class Shape(Protocol):
    """A wire type. `go` is its name in Go, as error messages print it."""

    @property
    def go(self) -> str: ...

    def decode(self, raw: Json, reading: Reading) -> Json:
        """Read a JSON value that is not null. Problems go to `reading`; what cannot be read becomes null."""

    def encode(self, value: Json) -> Json:
        """Write a value, where null stands for Go's zero value."""


def sort_of(raw: Json) -> str:
    """The sort of a JSON value, as Go's decoder calls it."""
    match raw:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


@dataclass(frozen=True, slots=True)
class Text:
    """A string, or a named string type."""

    go: str = "string"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if isinstance(raw, str):
            return raw
        reading.expected(sort_of(raw), self.go)
        return None

    def encode(self, value: Json) -> Json:
        return "" if value is None else value


@dataclass(frozen=True, slots=True)
class Boolean:
    go: str = "bool"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if isinstance(raw, bool):
            return raw
        reading.expected(sort_of(raw), self.go)
        return None

    def encode(self, value: Json) -> Json:
        return False if value is None else value


@dataclass(frozen=True, slots=True)
class Integer:
    """A signed integer of so many bits. `3.0` and `1e1` are integers too: YAML's numbers arrive as JSON's."""

    go: str
    bits: int

    def decode(self, raw: Json, reading: Reading) -> Json:
        number = int(raw) if isinstance(raw, float) and math.isfinite(raw) and raw == int(raw) else raw
        if isinstance(number, bool) or not isinstance(number, int):
            reading.expected(f"number {raw}" if isinstance(raw, float) else sort_of(raw), self.go)
            return None
        if not -(1 << (self.bits - 1)) <= number < 1 << (self.bits - 1):
            reading.expected(f"number {number}", self.go)
            return None
        return number

    def encode(self, value: Json) -> Json:
        return 0 if value is None else value


@dataclass(frozen=True, slots=True)
class Float:
    go: str = "float64"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return raw
        reading.expected(sort_of(raw), self.go)
        return None

    def encode(self, value: Json) -> Json:
        return 0 if value is None else value


@dataclass(frozen=True, slots=True)
class Bytes:
    """`[]byte`: base64 text on the wire."""

    go: str = "[]uint8"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if not isinstance(raw, str):
            reading.expected(sort_of(raw), self.go)
            return None
        text = re.sub(r"[\r\n]", "", raw)
        bad = re.search(r"[^A-Za-z0-9+/=]|=(?!=?\Z)", text)
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            at = bad.start() if bad else len(text) // 4 * 4
            reading.fail(f"illegal base64 data at input byte {at}")
            return None
        return text

    def encode(self, value: Json) -> Json:
        return value


@dataclass(frozen=True, slots=True)
class QuantityText:
    """A quantity; always written in canonical form, as upstream stores it."""

    go: str = "resource.Quantity"

    def decode(self, raw: Json, reading: Reading) -> Json:
        text = raw.strip() if isinstance(raw, str) else _literal(raw)
        try:
            return canonical_quantity(text)
        except ValueError as error:
            reading.fail(str(error))
            return None

    def encode(self, value: Json) -> Json:
        return "0" if value is None else value


@lru_cache(maxsize=8192)
def canonical_quantity(text: str) -> str:
    """The form in which the server prints a quantity. Raises `ValueError` with upstream's words."""
    return str(Quantity.parse(text))


@dataclass(frozen=True, slots=True)
class IntOrString:
    go: str = "intstr.IntOrString"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if isinstance(raw, str):
            return raw
        inner = Reading()
        number = Integer("int32", 32).decode(raw, inner)
        if inner.mismatch:
            reading.fail(inner.mismatch.message)
        return number

    def encode(self, value: Json) -> Json:
        return 0 if value is None else value


@dataclass(frozen=True, slots=True)
class Raw:
    """Any JSON, carried through as it is."""

    go: str = "runtime.RawExtension"

    def decode(self, raw: Json, reading: Reading) -> Json:
        return raw

    def encode(self, value: Json) -> Json:
        return value


def _literal(raw: Json) -> str:
    match raw:
        case bool():
            return "true" if raw else "false"
        case float() if raw == int(raw):
            return str(int(raw))
        case int() | float():
            return str(raw)
        case _:
            return ""
