"""Numbers, durations and words as they are written."""

from __future__ import annotations

import re

from kspec.domain.kinds import KINDS
from kspec.domain.quantity import Quantity
from kspec.elaborate.behaviour.mistakes import TYPE, mistake
from kspec.elaborate.behaviour.static import value_of
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span
from kspec.syntax import nodes as n


def literal(node: n.Number) -> Value:
    """A number as written: a count, a percentage (as text), or a quantity in base units; otherwise seconds."""
    if node.text.isdigit():
        return int(node.text)
    if node.text.endswith("%"):
        return node.text
    try:
        return value_of(Quantity.parse(node.text))
    except ValueError:
        return seconds(node)


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(node: n.Number) -> float:
    """A duration in seconds: `2s`, `1h30m`, `90`."""
    return duration(node.text, node.span)


def duration(text: str, span: Span) -> float:
    """The seconds that a text means."""
    if text.isdigit():
        return float(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)([a-z]+)", text)
    if "".join(amount + unit for amount, unit in parts) != text or any(unit not in _UNITS for _, unit in parts):
        raise mistake(TYPE, f"{text} is neither a quantity nor a duration", span)
    return sum(float(amount) * _UNITS[unit] for amount, unit in parts)


def kind_is(kind: str, word: str) -> bool:
    """Whether a word means a kind: its name, its plural, a short name."""
    known = next((k for k in KINDS if k.kind == kind), None)
    words = {kind.lower()} | ({known.plural, *known.short} if known else set())
    return word.lower() in words


def parts_of(node: n.Reference) -> tuple[str | None, str, str]:
    """A reference's namespace (None where it names none), its object's name, and what follows a dot."""
    path, _, rest = node.rest.partition(".")
    namespace, slash, name = path.rpartition("/")
    return (namespace if slash else None), name, rest
