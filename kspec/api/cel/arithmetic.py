"""The operators of CEL on values: checked 64-bit arithmetic, concatenation, times.

Upstream: cel-go's common/types/{int,uint,double,string,list,timestamp,duration}.go.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kspec.api.cel.values import CelError, Duration, KeyedList, Timestamp, UInt, Value, compare, equal

_INT = (-(1 << 63), (1 << 63) - 1)
_UINT = (0, (1 << 64) - 1)
_TIMES = (-62_135_596_800 * 10**9, 253_402_300_799 * 10**9 + 999_999_999)
"""From year 1 to year 9999."""


def _int(value: int) -> int:
    if not _INT[0] <= value <= _INT[1]:
        raise CelError("integer overflow")
    return value


def _uint(value: int) -> UInt:
    if not _UINT[0] <= value <= _UINT[1]:
        raise CelError("unsigned integer overflow")
    return UInt(value)


def _duration(nanos: int) -> Duration:
    if not _INT[0] <= nanos <= _INT[1]:
        raise CelError("duration overflow")
    return Duration(nanos)


def _timestamp(nanos: int) -> Timestamp:
    if not _TIMES[0] <= nanos <= _TIMES[1]:
        raise CelError("timestamp overflow")
    return Timestamp(nanos)


def _no_overload() -> CelError:
    return CelError("no such overload")


def add(a: Value, b: Value) -> Value:
    match a, b:
        case (bool(), _) | (_, bool()):
            raise _no_overload()
        case int(), int():
            return _int(a + b)
        case UInt(x), UInt(y):
            return _uint(x + y)
        case float(), float():
            return a + b
        case (str(), str()) | (bytes(), bytes()):
            return a + b
        case list(), list():
            return _joined(a, b)
        case Timestamp(x), Duration(y):
            return _timestamp(x + y)
        case Duration(x), Timestamp(y):
            return _timestamp(x + y)
        case Duration(x), Duration(y):
            return _duration(x + y)
        case _:
            raise _no_overload()


def _joined(a: list[Value], b: list[Value]) -> list[Value]:
    """Lists with keys are merged: an item of `b` takes the place of the one in `a` that has its keys."""
    if not isinstance(a, KeyedList):
        return [*a, *b]
    found = {a.identity(item): item for item in a}
    return KeyedList(list({**found, **{a.identity(item): item for item in b}}.values()), a.keys)


def subtract(a: Value, b: Value) -> Value:
    match a, b:
        case (bool(), _) | (_, bool()):
            raise _no_overload()
        case int(), int():
            return _int(a - b)
        case UInt(x), UInt(y):
            return _uint(x - y)
        case float(), float():
            return a - b
        case Timestamp(x), Timestamp(y):
            return _duration(x - y)
        case Timestamp(x), Duration(y):
            return _timestamp(x - y)
        case Duration(x), Duration(y):
            return _duration(x - y)
        case _:
            raise _no_overload()


def multiply(a: Value, b: Value) -> Value:
    match a, b:
        case (bool(), _) | (_, bool()):
            raise _no_overload()
        case int(), int():
            return _int(a * b)
        case UInt(x), UInt(y):
            return _uint(x * y)
        case float(), float():
            return a * b
        case _:
            raise _no_overload()


def divide(a: Value, b: Value) -> Value:
    match a, b:
        case (bool(), _) | (_, bool()):
            raise _no_overload()
        case int(), int():
            return _int(_quotient(a, b, "division by zero"))
        case UInt(x), UInt(y):
            return UInt(_quotient(x, y, "division by zero"))
        case float(), float():
            if b:
                return a / b
            return math.nan if not a or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
        case _:
            raise _no_overload()


def modulo(a: Value, b: Value) -> Value:
    match a, b:
        case (bool(), _) | (_, bool()):
            raise _no_overload()
        case int(), int():
            return a - b * _quotient(a, b, "modulus by zero")
        case UInt(x), UInt(y):
            return UInt(x - y * _quotient(x, y, "modulus by zero"))
        case _:
            raise _no_overload()


def _quotient(a: int, b: int, zero: str) -> int:
    """Go's division: towards zero."""
    if b == 0:
        raise CelError(zero)
    whole = abs(a) // abs(b)
    return whole if (a < 0) == (b < 0) else -whole


def negate(a: Value) -> Value:
    match a:
        case bool():
            raise _no_overload()
        case int():
            return _int(-a)
        case float():
            return -a
        case _:
            raise _no_overload()


def inside(item: Value, holder: Value) -> bool:
    """`in`."""
    if isinstance(holder, list):
        return any(equal(item, other) for other in holder)
    if isinstance(holder, dict):
        return any(equal(item, key) for key in holder) if not isinstance(item, str) else item in holder
    raise _no_overload()


OPERATORS: dict[str, Callable[..., Value]] = {
    "_+_": add,
    "_-_": subtract,
    "_*_": multiply,
    "_/_": divide,
    "_%_": modulo,
    "-_": negate,
    "_==_": equal,
    "_!=_": lambda a, b: not equal(a, b),
    "_<_": lambda a, b: compare(a, b) < 0,
    "_<=_": lambda a, b: compare(a, b) <= 0,
    "_>_": lambda a, b: compare(a, b) > 0,
    "_>=_": lambda a, b: compare(a, b) >= 0,
    "@in": inside,
}
