"""Upstream's internal structs, as its messages print them.

Validation runs on internal types. Where a message shows one, Go's JSON encoder prints the Go field names, every
field, in the order of declaration (`{"Type":"Recreate","RollingUpdate":null}`); types from `meta/v1` print as on the
wire. `internal.txt` lists the structs: facts about pkg/apis/*/types.go (v1.36).
"""

from __future__ import annotations

import difflib
import json
from functools import cache
from importlib.resources import files

from kspec.api.cause import Rendered
from kspec.api.fields import obj
from kspec.api.wire.table import table
from kspec.source.tree import Json, Object

_POD_FIELDS = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def internal(name: str, value: Json) -> Rendered:
    """The value as upstream prints it; `name` is `core.PodSpec`, or `meta/v1.LabelSelector` for a wire type."""
    return Rendered(_escape(json.dumps(_build(name, value), ensure_ascii=False, separators=(",", ":"))))


def internal_list(name: str, values: list[Object]) -> Rendered:
    """A list of internal structs; an empty one is null, as in Go."""
    built: Json = [_build(name, value) for value in values] or None
    return Rendered(_escape(json.dumps(built, ensure_ascii=False, separators=(",", ":"))))


def difference(name: str, old: Json, new: Json) -> str:
    """Upstream's `diff.Diff`: a unified diff of both, printed as indented JSON."""
    before, after = (f"{_pretty(name, value)}\n".splitlines(keepends=True) for value in (old, new))
    lines = list(difflib.unified_diff(before, after, n=3))
    return "".join(lines[2:])


def _pretty(name: str, value: Json) -> str:
    return _escape(json.dumps(_build(name, value), ensure_ascii=False, indent=1))


def _escape(text: str) -> str:
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _build(name: str, value: Json) -> Json:
    if "/" in name:
        return table().struct(name).encode(value)
    given = value if isinstance(value, dict) else {}
    if name == "core.PodSpec":
        given = {**given, "securityContext": {**obj(given, "securityContext"), **_pick(given)}}
    out: Object = {}
    for go, key, shape in _structs()[name]:
        if go == "&":
            embedded = _build(shape.lstrip("*"), given.get("metadata") if shape == "meta/v1.ObjectMeta" else given)
            out.update(embedded if isinstance(embedded, dict) else {})
        else:
            out[go] = _value(shape, given.get(key))
    return out


def _pick(spec: Object) -> Object:
    return {name: spec[name] for name in _POD_FIELDS if name in spec}


def _value(shape: str, value: Json) -> Json:
    if shape.startswith("*"):
        return None if value is None else _value(shape[1:], value)
    if shape.startswith("[]"):
        return [_value(shape[2:], item) for item in value] if isinstance(value, list) else None
    if shape.startswith("map:"):
        return {k: _value(shape[4:], value[k]) for k in sorted(value)} if isinstance(value, dict) else None
    if "." in shape:
        return _build(shape, value)
    return _ZERO[shape] if value is None else value


_ZERO: dict[str, Json] = {
    "string": "",
    "bool": False,
    "byte": None,
    "int": 0,
    "int32": 0,
    "int64": 0,
    "float64": 0,
    "Quantity": "0",
    "IntOrString": 0,
    "Time": None,
    "Raw": None,
}


@cache
def _structs() -> dict[str, list[tuple[str, str, str]]]:
    out: dict[str, list[tuple[str, str, str]]] = {}
    rows: list[tuple[str, str, str]] = []
    for line in (files("kspec.api.validation") / "internal.txt").read_text("utf-8").splitlines():
        words = line.split()
        if line.startswith("  & "):
            rows.append(("&", "", words[1]))
        elif line.startswith("  "):
            rows.append((words[0], words[1], words[2]))
        elif words and words[0] == "struct":
            rows = out.setdefault(words[1], [])
    return out
