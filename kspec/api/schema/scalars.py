"""Whether a single value can be decoded into its field.

Kubernetes decodes JSON into Go types (sigs.k8s.io/json, v1.36): nothing is converted, but a float without a fraction
is an integer, and a quantity may be a number.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from kspec.api.schema.problems import ProblemKind
from kspec.api.schema.rules import QUANTITY, SCHEMA, TYPE
from kspec.api.schema.types import Scalar, ScalarSchema
from kspec.domain.quantity import Quantity
from kspec.source.diagnostic import Rule
from kspec.source.tree import Json

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a value does not fit. `wanted` completes the sentence "... wants"."""

    kind: ProblemKind
    rule: Rule
    wanted: str
    help: str | None = None


def misfit(value: Json, schema: ScalarSchema) -> Misfit | None:
    """Why `value`, which is not null, does not fit; None where it does."""
    match schema.type:
        case Scalar.STRING:
            return None if isinstance(value, str) else _wrong("text", _quote(value))
        case Scalar.BOOLEAN:
            return None if isinstance(value, bool) else _wrong("true or false", _unquote(value, ("true", "false")))
        case Scalar.INTEGER:
            return _integer(value, schema.bits)
        case Scalar.NUMBER:
            return None if _is_number(value) else _wrong("a number", _unquote(value))
        case Scalar.BYTES:
            return _bytes(value)
        case Scalar.TIME | Scalar.MICRO_TIME:
            return _time(value)
        case Scalar.QUANTITY:
            return _quantity(value)
        case Scalar.INT_OR_STRING:
            return None if isinstance(value, str) else _integer(value, 32, "an integer or text")


def _wrong(wanted: str, help: str | None = None) -> Misfit:
    return Misfit(ProblemKind.WRONG_TYPE, TYPE, wanted, help)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _quote(value: Json) -> str | None:
    return None if isinstance(value, list | dict) else "put it in quotes"


def _unquote(value: Json, words: tuple[str, ...] = ()) -> str | None:
    """Help for a text whose quotes are the mistake."""
    if not isinstance(value, str):
        return None
    return "write it without quotes" if value in words or re.fullmatch(r"-?\d+", value, re.ASCII) else None


def _integer(value: Json, bits: int, wanted: str = "an integer") -> Misfit | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return _wrong(wanted, _unquote(value))
    limit = 2 ** (bits - 1)
    if -limit <= value < limit:
        return None
    return Misfit(ProblemKind.OUT_OF_RANGE, SCHEMA, f"an integer of {bits} bits, at most {limit - 1}")


def _bytes(value: Json) -> Misfit | None:
    if not isinstance(value, str):
        return _wrong("base64 text", _quote(value))
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return Misfit(ProblemKind.BAD_FORMAT, SCHEMA, "base64 text", "plain text belongs in `stringData` of a Secret")
    return None


def _time(value: Json) -> Misfit | None:
    if not isinstance(value, str):
        return _wrong("a timestamp in quotes, like 2026-01-31T12:00:00Z")
    if _RFC3339.fullmatch(value):
        try:
            datetime.fromisoformat(value.replace(",", "."))
        except ValueError:
            pass
        else:
            return None
    return Misfit(ProblemKind.BAD_FORMAT, SCHEMA, "a timestamp like 2026-01-31T12:00:00Z")


def _quantity(value: Json) -> Misfit | None:
    if isinstance(value, str):
        try:
            Quantity.parse(value.strip())
        except ValueError:
            return Misfit(ProblemKind.BAD_FORMAT, QUANTITY, "a quantity like 250m or 1.5Gi", _quantity_help(value))
        return None
    if _is_number(value):
        return None
    return Misfit(ProblemKind.BAD_FORMAT, QUANTITY, "a quantity like 250m or 1.5Gi")


def _quantity_help(text: str) -> str | None:
    """The quantity that was probably meant."""
    match = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text, re.ASCII)
    if match is None:
        return None
    number, unit = match.groups()
    meant = _UNITS.get(unit.lower())
    return None if meant is None else f"did you mean `{number}{meant}`?"


_UNITS = {
    "": "",
    "k": "k",
    "kb": "k",
    "kib": "Ki",
    "ki": "Ki",
    "m": "M",
    "mb": "M",
    "mib": "Mi",
    "mi": "Mi",
    "g": "G",
    "gb": "G",
    "gib": "Gi",
    "gi": "Gi",
    "t": "T",
    "tb": "T",
    "tib": "Ti",
    "ti": "Ti",
    "mm": "m",
    "cpu": "",
    "cores": "",
}
