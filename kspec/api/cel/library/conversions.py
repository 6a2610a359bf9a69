"""`size`, `type` and the conversions between CEL's types.

Upstream: cel-go's common/stdlib and common/types.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.library.times import duration_text, parse_duration, parse_timestamp, timestamp_text
from kspec.api.cel.values import CelError, Duration, Timestamp, TypeName, UInt, Value, type_name

_INT = (-(1 << 63), (1 << 63) - 1)
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


def _to_int(value: Value) -> int:
    if isinstance(value, float):
        if not math.isfinite(value) or not _INT[0] < value < _INT[1]:
            raise CelError("integer overflow")
        return int(value)
    number = value.value if isinstance(value, UInt) else value
    if not _INT[0] <= number <= _INT[1]:
        raise CelError("integer overflow")
    return int(number)


def _text_to_int(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise CelError(f'type conversion error from string to int: strconv.ParseInt: parsing "{text}": invalid syntax')
    return _to_int(int(text))


def _to_uint(value: Value) -> UInt:
    number = int(value) if isinstance(value, float) and math.isfinite(value) else value
    if isinstance(number, float) or not 0 <= number < 1 << 64:
        raise CelError("unsigned integer overflow")
    return UInt(number)


def _text_to_uint(text: str) -> UInt:
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise CelError(
            f'type conversion error from string to uint: strconv.ParseUint: parsing "{text}": invalid syntax'
        )
    return _to_uint(int(text))


def _text_to_double(text: str) -> float:
    try:
        return float(text.replace("_", "x"))
    except ValueError:
        words = f'strconv.ParseFloat: parsing "{text}": invalid syntax'
        raise CelError(f"type conversion error from string to double: {words}") from None


def _text_to_bool(text: str) -> bool:
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise CelError(f'type conversion error from string to bool: strconv.ParseBool: parsing "{text}": invalid syntax')


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise CelError("invalid UTF-8 in bytes, cannot convert to string") from None


def double_text(value: float) -> str:
    """A number without an exponent, as Go's `FormatFloat(v, 'f', -1, 64)`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


to_text = overloaded(
    ((str,), lambda v: v),
    ((bool,), lambda v: "true" if v else "false"),
    ((int,), str),
    ((UInt,), lambda v: str(v.value)),
    ((float,), double_text),
    ((bytes,), _decoded),
    ((Timestamp,), timestamp_text),
    ((Duration,), duration_text),
)
FUNCTIONS = {
    "size": overloaded(((str,), len), ((bytes,), len), ((list,), len), ((dict,), len)),
    "type": lambda value: TypeName(type_name(value)),
    "dyn": lambda value: value,
    "string": to_text,
    "int": overloaded(
        ((int,), lambda v: v),
        ((UInt,), _to_int),
        ((float,), _to_int),
        ((str,), _text_to_int),
        ((Timestamp,), lambda v: v.nanos // 10**9),
        ((Duration,), lambda v: v.nanos),
    ),
    "uint": overloaded(((UInt,), lambda v: v), ((int,), _to_uint), ((float,), _to_uint), ((str,), _text_to_uint)),
    "double": overloaded(
        ((float,), lambda v: v), ((int,), float), ((UInt,), lambda v: float(v.value)), ((str,), _text_to_double)
    ),
    "bool": overloaded(((bool,), lambda v: v), ((str,), _text_to_bool)),
    "bytes": overloaded(((bytes,), lambda v: v), ((str,), lambda v: v.encode())),
    "timestamp": overloaded(
        ((Timestamp,), lambda v: v), ((int,), lambda v: Timestamp(v * 10**9)), ((str,), parse_timestamp)
    ),
    "duration": overloaded(((Duration,), lambda v: v), ((int,), Duration), ((str,), parse_duration)),
}
