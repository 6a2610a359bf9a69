"""Every field of every Kubernetes kind can be written under its own name, whatever words the language has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kspec.api.schema import (
    AnySchema,
    ListSchema,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
    load,
    supported_versions,
)
from kspec.elaborate import load as load_design
from kspec.elaborate.memory import Memory
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.slots import to_json
from kspec.source.text import SourceFile
from kspec.syntax import nodes, parse

QUOTED = {"$ref", "$schema"}
"""Names that are no words in any language; they are written in quotes."""


def _names() -> list[str]:
    known = (load(version).definitions for version in supported_versions())
    return sorted({field for d in known for name in d for field in d.get(name).fields} - QUOTED)


NAMES = _names()
FORMS = {
    "a field": "x {{ {}: 1 }}",
    "a field with room before the colon": "x {{ {} : 1 }}",
    "a field between others": "x {{ a: 1 {}: 2 b: 3 }}",
    "a block": "x {{ {} {{ a: 1 }} }}",
    "a key": "x {{ a: {{ {}: 1 }} }}",
    "behind a dot": "x {{ a.{}: 1 }}",
    "before a dot": "x {{ {}.a: 1 }}",
    "an attribute": "let v = a.{}",
    "what is removed": "x {{ remove {} }}",
    "what is removed behind a dot": "x {{ remove a.{} }}",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_name_of_every_version_can_be_written(form: str) -> None:
    text = "\n".join(FORMS[form].format(name) for name in NAMES)
    found = parse(SourceFile("t", text)).diagnostics
    assert len(NAMES) > 1_000
    assert [NAMES[d.span.line - 1] for d in found if d.span is not None] == []


def test_a_name_that_is_no_word_is_quoted() -> None:
    parsed = parse(SourceFile("t", 'x { "$ref": "a" }'))
    assert parsed.diagnostics == () and parsed.file is not None
    (block,) = parsed.file.items
    assert isinstance(block, nodes.Block)
    (field,) = block.items
    assert isinstance(field, nodes.Field)
    assert field.path.simple == "$ref"


_SAMPLES = {
    Scalar.BOOLEAN: True,
    Scalar.INTEGER: 1,
    Scalar.NUMBER: 1,
    Scalar.BYTES: "eA==",
    Scalar.TIME: "2020-01-01T00:00:00Z",
    Scalar.MICRO_TIME: "2020-01-01T00:00:00.000000Z",
    Scalar.QUANTITY: "1",
    Scalar.INT_OR_STRING: 1,
    Scalar.STRING: "x",
}


def sample(schema: Schema, depth: int) -> Any:
    """A value of a schema, as deep as is asked for."""
    match schema:
        case ScalarSchema(enum=enum) if enum:
            return enum[0]
        case ScalarSchema(type=kind):
            return _SAMPLES[kind]
        case ListSchema(items=items):
            return [sample(items, depth - 1)] if depth > 0 else []
        case MapSchema(values=values):
            return {"k": sample(values, depth - 1)} if depth > 0 else {}
        case ObjectSchema(fields=fields):
            return {name: sample(inner, depth - 1) for name, inner in fields.items()} if depth > 0 else {}
        case AnySchema():
            return {"a": 1}


def written(value: Any) -> str:
    """A value as kspec text."""
    if isinstance(value, dict):
        return "{ " + "  ".join(f"{_key(name)}: {written(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def _key(name: str) -> str:
    return f'"{name}"' if name in QUOTED else name


def _kinds() -> Iterator[tuple[str, str, ObjectSchema]]:
    catalogue = load()
    for api_version, kind in sorted(catalogue.kinds()):
        schema = catalogue.lookup(api_version, kind)
        if schema is not None and "metadata" in schema.fields and not kind.endswith("List"):
            yield api_version, kind, schema


def lacking(found: Any, wanted: Any, path: str = "") -> list[str]:
    """The paths of what was written and is not there; generated labels may be there besides."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [p for n, inner in wanted.items() for p in lacking(found.get(n), inner, f"{path}.{n}")]
    if isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        return [p for i, inner in enumerate(wanted) for p in lacking(found[i], inner, f"{path}[{i}]")]
    return [] if found == wanted else [path]


@pytest.mark.parametrize("depth", [1, 3])
def test_what_is_written_under_a_field_of_a_kind_is_in_that_field(depth: int) -> None:
    """Short forms take nothing away: everything that was written is there, in its place."""
    wanted, blocks = {}, []
    for number, (api_version, kind, schema) in enumerate(_kinds()):
        fields = {n: s for n, s in schema.fields.items() if n not in ("apiVersion", "kind", "metadata", "status")}
        value = {name: sample(inner, depth) for name, inner in fields.items()}
        wanted[f"x{number}"] = value
        body = "\n".join(f"  {_key(name)}: {written(inner)}" for name, inner in value.items())
        blocks.append(f'resource "{api_version}" {kind} x{number} {{\n{body}\n}}')
    memory = Memory()
    loaded = load_design(["-"], stdin="\n".join(blocks), memory=memory)
    assert [d for d in loaded.diagnostics if d.rule.id in ("KS0001", "KS0002", "KS0004")] == []
    assert memory.world is not None
    found = {d.name: to_json(d.root, lambda special: None) for d in memory.world.entities if isinstance(d, Draft)}
    for name, value in wanted.items():
        assert lacking(found[name], value) == [], name
