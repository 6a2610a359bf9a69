"""Arithmetic on numbers with suffixes: `250m * 2`, `1Gi + 512Mi`, `1h30m + 30s`, `70% - 5%`.

Numbers stay text, so that a field sees `1.20` as it was written; only what is computed gets a form of its own.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from kspec.domain.quantity import Format, Quantity

_NUMBER = re.compile(r"(-?)(\d+(?:\.\d+)?)(?:[eE]([+-]?\d+))?(%|[A-Za-z][A-Za-z0-9.]*)?")
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|min|s|m|h|d)")
_SECONDS = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "min": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
}
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_QUANTITY = ("n", "u", "m", "k", "M", "G", "T", "P", "E", *_BINARY)
_MAX_DIGITS = 40
_MAX_EXPONENT = 30


class BadNumber(ValueError):
    """Two numbers that do not go together, or one too large to compute with. The text says why."""


def split(text: str) -> tuple[Fraction, str]:
    """Amount and suffix: (250, `m`) for `250m`. A duration of several parts is in seconds."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(match[2]) > _MAX_DIGITS or abs(int(match[3] or 0)) > _MAX_EXPONENT:
        raise BadNumber(f"`{text}` is too large to compute with")
    suffix = match[4] or ""
    if any(c.isdigit() for c in suffix):
        time = seconds(text)
        if time is None:
            raise BadNumber(f"`{text}` has no unit that kspec knows")
        return time, "s"
    amount = Fraction(match[2]) * Fraction(10) ** int(match[3] or 0)
    return -amount if match[1] else amount, suffix


def plain(text: str) -> Fraction | None:
    """The amount of a number without a suffix; None for one that has one."""
    amount, suffix = split(text)
    return None if suffix else amount


def whole(text: str) -> int | None:
    """The number as an integer, if it is written as one."""
    return int(text) if re.fullmatch(r"-?\d{1,40}", text) else None


@lru_cache(maxsize=1024)
def seconds(text: str) -> Fraction | None:
    """The seconds that a duration means (`1h30m`, `90s`, `5min`); None where it is none. Units: ms, s, m, min, h, d."""
    position, total = 0, Fraction(0)
    while position < len(text):
        match = _TIME.match(text, position)
        if match is None:
            return None
        total += Fraction(match[1]) * _SECONDS[match[2]]
        position = match.end()
    return total if text else None


def is_quantity(text: str) -> bool:
    """Whether a quantity's field would take it."""
    try:
        Quantity.parse(text)
    except ValueError:
        return False
    return True


def show(amount: Fraction, suffix: str = "") -> str:
    """A computed amount as text: whole where it is whole, else decimal with at most twelve places."""
    if amount.denominator == 1:
        return f"{amount.numerator}{suffix}"
    digits = f"{round(amount * 10**12):013d}" if amount >= 0 else f"-{round(-amount * 10**12):013d}"
    return f"{digits[:-12]}.{digits[-12:]}".rstrip("0") + suffix


def add(left: str, right: str, sign: int = 1) -> str:
    """The sum, or the difference with `sign` -1."""
    (a, unit_a), (b, unit_b) = split(left), split(right)
    if unit_a == unit_b:
        return show(a + sign * b, unit_a)
    times = _as_seconds(a, unit_a), _as_seconds(b, unit_b)
    if times[0] is not None and times[1] is not None:
        return show(times[0] + sign * times[1], "s")
    if {unit_a, unit_b} <= {"", *_QUANTITY}:
        x, y = Quantity.parse(show(a, unit_a)), Quantity.parse(show(b, unit_b))
        binary = Format.BINARY_SI if unit_a in _BINARY or unit_b in _BINARY else x.format
        return str(Quantity(x.amount + sign * y.amount, binary))
    raise BadNumber(f"`{left}` and `{right}` have different units")


def multiply(left: str, right: str) -> str:
    """The product; at most one side has a unit."""
    (a, unit_a), (b, unit_b) = split(left), split(right)
    if unit_a and unit_b:
        raise BadNumber(f"`{left}` and `{right}` both have a unit")
    product = a * b
    if len(str(product.numerator)) > _MAX_DIGITS:
        raise BadNumber("the product is too large")
    return show(product, unit_a or unit_b)


def divide(left: str, right: str) -> str:
    """The quotient. Of two integers it is truncated, as in CEL; the left side may have a unit."""
    (a, unit_a), (b, unit_b) = split(left), split(right)
    if unit_b and unit_b != unit_a:
        raise BadNumber(f"`{left}` cannot be divided by `{right}`")
    if b == 0:
        raise BadNumber("division by zero")
    quotient = a / b
    both_whole = whole(left) is not None and whole(right) is not None
    return show(Fraction(int(quotient)) if both_whole else quotient, "" if unit_b else unit_a)


def modulo(left: str, right: str) -> str:
    """The remainder of two integers, with the sign of the dividend, as in CEL."""
    a, b = whole(left), whole(right)
    if a is None or b is None:
        raise BadNumber("`mod` takes whole numbers")
    if b == 0:
        raise BadNumber("division by zero")
    remainder = abs(a) % abs(b)
    return str(-remainder if a < 0 else remainder)


def compare(left: str, right: str) -> int:
    """Negative, zero or positive."""
    (a, unit_a), (b, unit_b) = split(left), split(right)
    if unit_a != unit_b:
        difference, _ = split(add(left, right, -1))
        return (difference > 0) - (difference < 0)
    return (a > b) - (a < b)


def _as_seconds(amount: Fraction, unit: str) -> Fraction | None:
    return amount * _SECONDS[unit] if unit in _SECONDS else None
