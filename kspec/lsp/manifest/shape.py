"""The schema at a path of a document."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.api.schema import AnySchema, ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.manifest.spot import Document
from kspec.source.tree import Path

_TEXT = ScalarSchema(type=Scalar.STRING)
_ANY = AnySchema()
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


@dataclass(frozen=True, slots=True)
class Around:
    """The schema of a value and the struct and field that hold it, if any does."""

    schema: Schema | None
    struct: ObjectSchema | None = None
    field: str = ""


def root(kinds: Kinds, document: Document) -> ObjectSchema:
    """The schema of a document's object; what every object has where its kind is not known."""
    found = kinds.catalogue.lookup(document.api_version, document.kind)
    if found is not None:
        return found
    meta = kinds.catalogue.definition(_META)
    fields: dict[str, Schema] = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": meta, "spec": _ANY}
    return ObjectSchema(fields=fields, required=frozenset({"apiVersion", "kind", "metadata"}))


def around(kinds: Kinds, document: Document, path: Path) -> Around:
    """The schema at a path, as far as one is known."""
    here = Around(root(kinds, document))
    for part in path:
        here = _inside(here, part)
    return here


def _inside(here: Around, part: str | int) -> Around:
    match here.schema, part:
        case ObjectSchema() as struct, str():
            return Around(struct.fields.get(part), struct, part)
        case ListSchema(items=items), int():
            return Around(items, here.struct, here.field)
        case MapSchema(values=values), str():
            return Around(values)
        case _:
            return Around(None)
