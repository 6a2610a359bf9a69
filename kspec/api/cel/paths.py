"""`fieldPath` of a rule and `jsonPath` of a selectable field: `.spec.x` or `.spec['a.b']`.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go, ValidFieldPath (v1.36).
"""

from __future__ import annotations

import re

from kspec.api.fields import maybe
from kspec.source.tree import Object

_STEP = re.compile(r"\.([^.\[\]']+)|\[('(?:[^'\\]|\\.)*')\]")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


def steps(path: str) -> list[tuple[str, bool]]:
    """The parts of a path and whether each is in brackets. Raises ValueError with upstream's words."""
    out: list[tuple[str, bool]] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            rest = path[position:]
            if rest[0] not in ".[":
                raise ValueError(f"expected [ or . but got: {re.split(r'[.[]', rest)[0] or rest[0]}")
            raise ValueError("unexpected end of JSON path")
        named = match[1]
        out.append((named, False) if named is not None else (_unescaped(match[2][1:-1]), True))
        position = match.end()
    return out


def _unescaped(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ValueError(f"invalid string literal: invalid escape char {match[0]}")
        return _ESCAPES[match[1]]

    return _ESCAPE.sub(replace, text)


def find(path: str, schema: Object, *, brackets: bool = True) -> tuple[str, Object]:
    """The path as the API server prints it, and the schema at its end. Raises ValueError where there is none."""
    printed = ""
    for name, bracketed in steps(path):
        if bracketed and not brackets:
            raise ValueError("array notation is not allowed")
        properties, values = maybe(schema, "properties"), maybe(schema, "additionalProperties")
        below = maybe(properties, name) if properties is not None else values
        if below is None:
            raise ValueError("does not refer to a valid field")
        printed += f"[{name}]" if properties is None else f".{name}" if printed else name
        schema = below
    return printed, schema


def field_path(path: str) -> str:
    """A rule's field path without the first dot, brackets as keys; empty for one that cannot be read."""
    try:
        return "".join(f"[{name}]" if bracketed else f".{name}" for name, bracketed in steps(path)).removeprefix(".")
    except ValueError:
        return ""
