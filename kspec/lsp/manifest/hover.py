"""What to know of a key or a value of a manifest, and where the objects are that it names."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.elaborate.objects.flat import View
from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.describe import YAML, field_page, kind_page
from kspec.lsp.hover import Page
from kspec.lsp.manifest.lines import Entry
from kspec.lsp.manifest.names import Naming
from kspec.lsp.manifest.shape import around
from kspec.lsp.manifest.spot import Document, document_at
from kspec.lsp.present import Present
from kspec.source.text import Span
from kspec.source.tree import Path


def hover(kinds: Kinds, objects: Iterable[Present], path: str, text: str, line: int, column: int) -> Page | None:
    """The page of the word at a position; None where there is nothing to say."""
    document, entry = _at(text, line, column)
    if entry is None:
        return None
    if entry.key is not None and entry.key[0] <= column <= entry.key[1]:
        page, place = _key(kinds, document, entry.path), entry.key
    elif entry.value is not None and entry.path == ("kind",):
        schema = kinds.catalogue.lookup(document.api_version, document.kind)
        page = kind_page(schema, document.api_version, document.kind, YAML) if schema is not None else ""
        place = entry.value
    elif entry.value is not None:
        there = _named(kinds, objects, document, entry)
        page = "\n".join(f"- `{p.kind} {p.name}`{_where(p)}" for p in there)
        place = entry.value
    else:
        return None
    return Page(page, Span(path, line, place[0], line, place[1])) if page else None


def definition(kinds: Kinds, objects: Iterable[Present], text: str, line: int, column: int) -> list[Span]:
    """Where the objects are that the value at a position names."""
    document, entry = _at(text, line, column)
    if entry is None or entry.value is None or not entry.value[0] <= column <= entry.value[1]:
        return []
    return [span for p in _named(kinds, objects, document, entry) if (span := p.span) is not None]


def _at(text: str, line: int, column: int) -> tuple[Document, Entry | None]:
    document, _, _ = document_at(text, line)
    return document, document.at(line, column)


def _key(kinds: Kinds, document: Document, path: Path) -> str:
    place = around(kinds, document, path)
    if place.struct is None or place.schema is None or not isinstance(path[-1], str):
        return ""
    where = tuple(f"[{p}]" if isinstance(p, int) else p for p in path[:-1])
    return field_page(View(where, place.struct), path[-1], place.schema, YAML)


def _named(kinds: Kinds, objects: Iterable[Present], document: Document, entry: Entry) -> list[Present]:
    naming = Naming(kinds, document, objects)
    return [n.object for n in naming.at(entry.path) if n.name == entry.text and n.object is not None]


def _where(there: Present) -> str:
    span = there.span
    return f" at {span.file.rpartition('/')[2]}:{span.line}" if span is not None else ""
