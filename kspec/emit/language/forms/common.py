"""What the forms share."""

from __future__ import annotations

from kspec.api.schema import Schema
from kspec.emit.language.writer import Writer
from kspec.source.tree import Json, Object


def schema_of(writer: Writer, struct: str) -> Schema:
    """The schema of a struct of the core group."""
    return writer.catalogue.definition(f"io.k8s.api.core.v1.{struct}")


def names(value: Json, key: str) -> list[tuple[Object, str]] | None:
    """The items of a list with their names; None where they have none, or one twice."""
    if not isinstance(value, list):
        return None
    found = [
        (item, name) for item in value if isinstance(item, dict) and isinstance(name := item.get(key), str) and name
    ]
    texts = [name for _, name in found]
    return found if len(found) == len(value) and len(set(texts)) == len(texts) else None


def text_of(value: Json, key: str) -> str:
    """A field that is a text; empty for any other."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
