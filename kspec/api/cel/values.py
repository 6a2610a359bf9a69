"""The values of CEL while it is evaluated, and when two of them are equal or in order.

Plain values are Python's own: bool, int, float, str, bytes, None, list, dict. Everything else has a class here.

Upstream: cel-go's common/types, staging/src/k8s.io/apiserver/pkg/cel (v1.36).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeAlias

from kspec.domain.quantity import Quantity

Value: TypeAlias = Any
"""A CEL value. Its type is only known at run time, as in CEL."""


class CelError(Exception):
    """An expression has no value; the text is cel-go's: `no such key: x`, `division by zero`."""


class OutOfBudget(Exception):
    """An expression takes more steps than the API server allows."""


@dataclass(frozen=True, slots=True)
class UInt:
    """An unsigned number of 64 bits."""

    value: int


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment, in nanoseconds since 1970-01-01T00:00:00Z."""

    nanos: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a value: what `type(x)` gives."""

    name: str


@dataclass(frozen=True, slots=True)
class Maybe:
    """An optional value; `given` is false for none."""

    value: Value = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class Cidr:
    """An address with the length of its prefix; host bits are kept."""

    address: IPv4Address | IPv6Address
    length: int

    def __str__(self) -> str:
        return f"{self.address}/{self.length}"


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that was read; `text` is how it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Semver:
    """A semantic version."""

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()
    build: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """The place among versions: numbers before words before none, in the pre-release parts."""
        parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.pre)
        return (self.major, self.minor, self.patch, not self.pre, parts)


@dataclass(frozen=True, slots=True)
class Format:
    """A named format: what a text must be like."""

    name: str
    check: Callable[[str], list[str]]


class Struct(dict[str, Value]):
    """An object whose schema names its fields. Fields without a value are absent."""


class KeyedList(list[Value]):
    """A list of `x-kubernetes-list-type: map` (its items have keys) or `set` (they have none): order means nothing."""

    def __init__(self, items: list[Value], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys

    def identity(self, item: Value) -> object:
        if not self.keys:
            return hashable(item)
        return tuple(hashable(item.get(key)) if isinstance(item, dict) else None for key in self.keys)


def hashable(value: Value) -> object:
    """Something that is equal exactly where values are, for look-ups."""
    match value:
        case bool() | None:
            return (type(value).__name__, value)
        case UInt():
            return value.value
        case list():
            return ("list", *map(hashable, value))
        case dict():
            return ("map", frozenset((hashable(k), hashable(v)) for k, v in value.items()))
        case _:
            return value


def type_name(value: Value) -> str:
    """The name of a value's type."""
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return "object"


_NAMES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"),
    (int, "int"),
    (float, "double"),
    (str, "string"),
    (bytes, "bytes"),
    (type(None), "null_type"),
    (list, "list"),
    (Struct, "object"),
    (dict, "map"),
    (UInt, "uint"),
    (Timestamp, "google.protobuf.Timestamp"),
    (Duration, "google.protobuf.Duration"),
    (TypeName, "type"),
    (Maybe, "optional_type"),
    (Quantity, "kubernetes.Quantity"),
    ((IPv4Address, IPv6Address), "net.IP"),
    (Cidr, "net.CIDR"),
    (Url, "kubernetes.URL"),
    (Semver, "kubernetes.Semver"),
    (Format, "kubernetes.NamedFormat"),
)


def number(value: Value) -> int | float | None:
    """A number of any of the three types, None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, UInt):
        return value.value
    return value if isinstance(value, int | float) else None


def equal(a: Value, b: Value) -> bool:
    """CEL's equality: numbers by value, values of different types are different."""
    left, right = number(a), number(b)
    if left is not None and right is not None:
        return left == right
    match a, b:
        case list(), list():
            return _same_list(a, b)
        case dict(), dict():
            return a.keys() == b.keys() and all(equal(v, b[k]) for k, v in a.items())
        case Maybe(), Maybe():
            return a.given == b.given and (not a.given or equal(a.value, b.value))
        case Quantity(), Quantity():
            return a.amount == b.amount
        case _:
            return type(a) is type(b) and bool(a == b)


def _same_list(a: list[Value], b: list[Value]) -> bool:
    if len(a) != len(b):
        return False
    keyed = a if isinstance(a, KeyedList) else b if isinstance(b, KeyedList) else None
    if keyed is None:
        return all(map(equal, a, b))
    others = {keyed.identity(item): item for item in b}
    return all((k := keyed.identity(item)) in others and equal(item, others[k]) for item in a)


def compare(a: Value, b: Value) -> int:
    """Less than 0, 0 or more than 0. Raises CelError where there is no order."""
    left, right = number(a), number(b)
    if left is not None and right is not None:
        if math.isnan(left) or math.isnan(right):
            raise CelError("NaN values cannot be ordered")
        return int(left > right) - int(left < right)
    if type(a) is type(b):
        if isinstance(a, bool | str | bytes):
            return int(bool(a > b)) - int(bool(a < b))
        if isinstance(a, Timestamp | Duration):
            return int(a.nanos > b.nanos) - int(a.nanos < b.nanos)
    raise CelError("no such overload")
