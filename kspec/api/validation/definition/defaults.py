"""Whether the defaults in a definition are of their own schema.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.api.cause import Cause, FieldPath, invalid
from kspec.api.cel.rules import RuleRun
from kspec.api.fields import maybe
from kspec.api.schema import DEFAULT_VERSION, load
from kspec.api.schema.causes import causes
from kspec.api.schema.check import check_value
from kspec.api.schema.crd import read_schema
from kspec.api.schema.custom import prune
from kspec.api.validation.definition.structural import fields_of
from kspec.source.tree import Object


def check_defaults(at: FieldPath, schema: Object) -> Iterator[Cause]:
    """Defaults of the fields and items; those of a whole object's metadata are refused elsewhere."""
    for name, field in fields_of(schema):
        yield from _default((at / "properties").key(name), field)
    items = maybe(schema, "items")
    if items is not None:
        yield from _default(at / "items", items)


def _default(at: FieldPath, schema: Object) -> Iterator[Cause]:
    default = schema.get("default")
    if default is not None:
        here, read = at / "default", read_schema(schema)
        if prune(default, read) != default:
            yield invalid(here, default, "must not have unknown fields")
        problems = check_value(default, read, load(DEFAULT_VERSION))
        found = [_at(here, cause) for cause in causes(problems)]
        yield from found or RuleRun().over(read, default, None, here).causes
    yield from check_defaults(at, schema)


def _at(here: FieldPath, cause: Cause) -> Cause:
    inside = "" if cause.field == "<nil>" else cause.field
    joined = f"{here}{inside if inside.startswith('[') else f'.{inside}' if inside else ''}"
    return replace(cause, field=joined, path=(*here.parts, *cause.path))
