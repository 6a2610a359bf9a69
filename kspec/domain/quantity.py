"""Kubernetes quantities: `250m`, `1.5Gi`, `1e3`.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go (v1.36).
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_SYNTAX = re.compile(r"(?P<sign>[+-]?)(?P<number>\d++\.?\d*+|\.\d++)(?P<suffix>[eEinumkKMGTP]*[-+]?\d*)\Z", re.ASCII)
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_MAX = 2**63 - 1
_DIGITS = 10_050
"""More digits than this, before the point or behind it, tell nothing new: suffixes reach from e-9999 to e9999."""


class Format(Enum):
    """How a quantity was written, and so how its canonical form is."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"


class Quantity(NamedTuple):
    """An exact amount and the format it was written in. Amounts finer than 1n are rounded up, as upstream does."""

    amount: Fraction
    format: Format = Format.DECIMAL_SI

    @property
    def value(self) -> int:
        """The amount in whole units, rounded away from zero (upstream `Value()`)."""
        return math.ceil(self.amount) if self.amount >= 0 else math.floor(self.amount)

    @property
    def milli(self) -> int:
        """The amount in thousandths, rounded away from zero (upstream `MilliValue()`)."""
        scaled = self.amount * 1000
        return math.ceil(scaled) if scaled >= 0 else math.floor(scaled)

    def __str__(self) -> str:
        """Canonical form: no fraction, the largest suffix with a whole number (upstream `CanonicalizeBytes`)."""
        if self.amount == 0:
            return "0"
        if self.format is Format.BINARY_SI and abs(self.amount) >= 1024 and self.amount.denominator == 1:
            number, power = int(self.amount), 0
            while number % 1024 == 0 and power < 6:
                number, power = number // 1024, power + 1
            return f"{number}{'' if power == 0 else list(_BINARY)[power - 1]}"
        exponent, whole = -9, int(self.amount * 10**9)
        while whole % 1000 == 0 and exponent < 18:
            whole, exponent = whole // 1000, exponent + 3
        if self.format is Format.DECIMAL_EXPONENT:
            return f"{whole}" + (f"e{exponent}" if exponent else "")
        return f"{whole}{next(s for s, e in _DECIMAL.items() if e == exponent)}"

    @staticmethod
    def parse(text: str | int | float) -> Quantity:
        """Read a quantity. Raises `ValueError` with upstream's wording where it is not one."""
        return _parse(text if isinstance(text, str) else repr(text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any) -> Quantity:
            return value if isinstance(value, Quantity) else cls.parse(value)

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


@lru_cache(maxsize=4096)
def _parse(text: str) -> Quantity:
    match = _SYNTAX.match(text)
    if not match:
        raise ValueError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    suffix, sign = match["suffix"], -1 if match["sign"] == "-" else 1
    if suffix in _BINARY:
        scale, format = Fraction(1024) ** _BINARY[suffix], Format.BINARY_SI
    elif suffix in _DECIMAL:
        scale, format = Fraction(10) ** _DECIMAL[suffix], Format.DECIMAL_SI
    elif re.fullmatch(r"[eE][+-]?\d{1,4}", suffix):
        scale, format = Fraction(10) ** int(suffix[1:]), Format.DECIMAL_EXPONENT
    else:
        raise ValueError("unable to parse quantity's suffix")
    amount = _number(match["number"]) * scale
    nano = amount * 10**9
    amount = Fraction(math.ceil(nano), 10**9) if nano.denominator != 1 else amount
    return Quantity(sign * min(amount, Fraction(_MAX)), format)


def _number(text: str) -> Fraction:
    """The value of digits with a point somewhere. What is too large or too fine to matter stays so, in fewer digits."""
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0")
    if len(whole) > _DIGITS:
        return Fraction(10**_DIGITS)
    if len(fraction) > _DIGITS:
        fraction = fraction[:_DIGITS] + ("1" if fraction[_DIGITS:].strip("0") else "")
    return Fraction(Decimal(f"{whole or 0}.{fraction}"))
