"""Quantities, semantic versions and named formats.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/{quantity,semverlib,format}.go (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address

from kspec.api.cel.library import conversions
from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.values import CelError, Cidr, Format, Maybe, Semver, Value
from kspec.api.schema.formats import has_format
from kspec.api.validation.names import (
    dns1035_label,
    dns_label,
    dns_subdomain,
    generated,
    label_value,
    qualified_name,
)
from kspec.domain.quantity import Quantity

_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?",
    re.ASCII,
)


def _quantity(text: str) -> Quantity:
    try:
        return Quantity.parse(text)
    except ValueError as error:
        raise CelError(str(error)) from None


def _is_quantity(text: str) -> bool:
    try:
        Quantity.parse(text)
    except ValueError:
        return False
    return True


def _as_integer(quantity: Quantity) -> int:
    if quantity.amount.denominator != 1:
        raise CelError("cannot convert value to integer")
    return int(quantity.amount)


def _plus(a: Quantity, b: Fraction) -> Quantity:
    return Quantity(a.amount + b, a.format)


def _sign(quantity: Quantity) -> int:
    return (quantity.amount > 0) - (quantity.amount < 0)


def _semver(text: str, normalize: bool = False) -> Semver:
    match = _SEMVER.fullmatch(_normalized(text) if normalize else text)
    if match is None:
        raise CelError(_semver_error(text))
    pre = tuple(match[4].split(".")) if match[4] else ()
    return Semver(int(match[1]), int(match[2]), int(match[3]), pre, match[5] or "")


def _semver_error(text: str) -> str:
    if not text:
        return "semver parse error during conversion from string: Version string empty"
    if text.count(".") < 2:
        return "semver parse error during conversion from string: No Major.Minor.Patch elements found"
    return f'semver parse error during conversion from string: Invalid character(s) found in version "{text}"'


def _normalized(text: str) -> str:
    """`v1.2` as `1.2.0`: without a `v`, three numbers, no leading zeros."""
    core, mark, rest = text.removeprefix("v").partition("-" if "-" in text.partition("+")[0] else "+")
    numbers = [n.lstrip("0") or "0" if n.isdigit() else n for n in core.split(".")]
    return ".".join(numbers + ["0"] * (3 - len(numbers))) + mark + rest


def _is_semver(text: str, normalize: bool = False) -> bool:
    try:
        _semver(text, normalize)
    except CelError:
        return False
    return True


def _semver_compare(a: Semver, b: Semver) -> int:
    return (a.order > b.order) - (a.order < b.order)


def _format(name: str, check: Callable[[str], Iterable[str]]) -> Format:
    return Format(name, lambda text: list(check(text)))


def _of_schema(name: str, words: str) -> Callable[[str], list[str]]:
    return lambda text: [] if has_format(text, name) else [words]


_FORMATS = {
    f.name: f
    for f in (
        _format("dns1123Label", dns_label),
        _format("dns1123Subdomain", dns_subdomain),
        _format("dns1035Label", dns1035_label),
        _format("qualifiedName", qualified_name),
        _format("dns1123LabelPrefix", generated(dns_label)),
        _format("dns1123SubdomainPrefix", generated(dns_subdomain)),
        _format("dns1035LabelPrefix", generated(dns1035_label)),
        _format("labelValue", label_value),
        _format("uri", _of_schema("uri", "must be a valid URI")),
        _format("uuid", _of_schema("uuid", "does not match the UUID format")),
        _format("byte", _of_schema("byte", "invalid base64")),
        _format("date", _of_schema("date", "invalid date")),
        _format("datetime", _of_schema("datetime", "invalid datetime")),
    )
}


def _validate(form: Format, text: str) -> Maybe:
    wrong = form.check(text)
    return Maybe(list(wrong), True) if wrong else Maybe()


def _named(name: str) -> Maybe:
    found = _FORMATS.get(name)
    return Maybe(found, True) if found else Maybe()


def _constant(form: Format) -> Callable[[], Value]:
    return lambda: form


FUNCTIONS = {
    "quantity": overloaded(((str,), _quantity)),
    "isQuantity": overloaded(((str,), _is_quantity)),
    "isInteger": overloaded(((Quantity,), lambda q: q.amount.denominator == 1)),
    "asInteger": overloaded(((Quantity,), _as_integer)),
    "asApproximateFloat": overloaded(((Quantity,), lambda q: float(q.amount))),
    "sign": overloaded(((Quantity,), _sign)),
    "add": overloaded(((Quantity, Quantity), lambda a, b: _plus(a, b.amount)), ((Quantity, int), _plus)),
    "sub": overloaded(
        ((Quantity, Quantity), lambda a, b: _plus(a, -b.amount)), ((Quantity, int), lambda a, b: _plus(a, Fraction(-b)))
    ),
    "isGreaterThan": overloaded(
        ((Quantity, Quantity), lambda a, b: a.amount > b.amount), ((Semver, Semver), lambda a, b: a.order > b.order)
    ),
    "isLessThan": overloaded(
        ((Quantity, Quantity), lambda a, b: a.amount < b.amount), ((Semver, Semver), lambda a, b: a.order < b.order)
    ),
    "compareTo": overloaded(
        ((Quantity, Quantity), lambda a, b: (a.amount > b.amount) - (a.amount < b.amount)),
        ((Semver, Semver), _semver_compare),
    ),
    "semver": overloaded(((str,), _semver), ((str, bool), _semver)),
    "isSemver": overloaded(((str,), _is_semver), ((str, bool), _is_semver)),
    "major": overloaded(((Semver,), lambda v: v.major)),
    "minor": overloaded(((Semver,), lambda v: v.minor)),
    "patch": overloaded(((Semver,), lambda v: v.patch)),
    "format.named": overloaded(((str,), _named)),
    "validate": overloaded(((Format, str), _validate)),
    **{f"format.{name}": _constant(form) for name, form in _FORMATS.items()},
    "string": overloaded((((Cidr, IPv4Address, IPv6Address),), str), ((object,), conversions.to_text)),
}
