"""Warnings about CustomResourceDefinitions: formats that nobody checks.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go,
pkg/apiserver/validation/formats.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import quoted
from kspec.api.fields import objects, text
from kspec.api.words import words
from kspec.source.tree import Json, Object

_TEXTS = frozenset(
    words(
        "bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn"
        " hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname"
    )
)
_KNOWN = {
    "": _TEXTS,
    "string": _TEXTS,
    "integer": frozenset(("int32", "int64")),
    "number": frozenset(("float", "double")),
}
_MAPS = ("properties", "patternProperties", "definitions")


def definition_warnings(manifest: Object) -> Iterator[str]:
    for version in objects(manifest, "spec", "versions"):
        schema = version.get("schema")
        yield from _formats(schema.get("openAPIV3Schema") if isinstance(schema, dict) else None)


def _formats(schema: Json) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _formats(part)
    if not isinstance(schema, dict):
        return
    form, kind = text(schema, "format"), text(schema, "type")
    if form and (form.replace("-", "") if kind in ("", "string") else form) not in _KNOWN.get(kind, frozenset()):
        yield f"unrecognized format {quoted(form)}"
    for name in ("items", "allOf", "anyOf", "oneOf", "not", "additionalProperties"):
        yield from _formats(schema.get(name))
    for name in _MAPS:
        fields = schema.get(name)
        if isinstance(fields, dict):
            for key in sorted(fields):
                yield from _formats(fields[key])
