"""Bare words that Kubernetes reads otherwise than they look."""

from __future__ import annotations

import json
import re

from kspec.source.tree import Json

_HONEST_BOOLEANS = frozenset(("true", "True", "TRUE", "false", "False", "FALSE"))
_LEADING_ZERO = re.compile(r"[+-]?0[oO]?[0-9_]")
_OCTAL = re.compile(r"[+-]?0[oO]?[0-7_]+")
_MODES = frozenset(("mode", "defaultMode"))


def ambiguous_value(text: str, value: Json, key: object) -> str | None:
    """What is surprising about reading the bare word `text`, the value of `key`, as `value`; None where nothing is.

    A file mode is written in octal, so an octal number is no surprise there.
    """
    if isinstance(value, bool):
        return None if text in _HONEST_BOOLEANS else f"`{text}` is read as {json.dumps(value)}"
    if isinstance(value, int | float):
        if _LEADING_ZERO.match(text) and key not in _MODES:
            octal = "octal: " if _OCTAL.fullmatch(text) else ""
            return f"`{text}` is read as {octal}{json.dumps(value)}"
        if "_" in text:
            return f"`{text}` is read as {json.dumps(value)}"
    return None


def ambiguous_key(text: str, key: str) -> str | None:
    """What is surprising about reading the bare word `text` as the key `key`."""
    return None if text == key else f'the key `{text}` is read as "{key}"'
