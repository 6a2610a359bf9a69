"""What can be written at a position of a manifest: fields, values, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.elaborate.objects.flat import View
from kspec.elaborate.objects.kinds import Kinds
from kspec.emit.scalars import scalar
from kspec.lsp.complete import Completion, Proposal, Sorted
from kspec.lsp.describe import YAML, field_page, kind_page, type_words
from kspec.lsp.manifest.names import Named, Naming
from kspec.lsp.manifest.shape import around
from kspec.lsp.manifest.spot import Document, Spot, Wanted, spot_at
from kspec.lsp.present import Present
from kspec.source.text import Span

_COLON = re.compile(r"[\w./-]*:(?:\s|$)")
STEP = "  "
"""What a level is indented by."""


def complete(kinds: Kinds, objects: Iterable[Present], path: str, text: str, line: int, column: int) -> Completion:
    """What can be written at a position of a text."""
    spot = spot_at(text, line, column)
    if spot is None:
        return Completion((), Span(path, line, column, line, column))
    found: dict[str, Proposal] = {}
    row = (text.split("\n")[line - 1 : line] or [""])[0]
    for proposal in _proposals(kinds, objects, spot):
        found.setdefault(proposal.word, _fitted(proposal, row, column - 1))
    return Completion(tuple(found.values()), Span(path, line, column - len(spot.word), line, column))


def _fitted(proposal: Proposal, row: str, at: int) -> Proposal:
    """A proposal as it is to be written at an offset of a row: a key keeps its value, a value stands apart."""
    if _COLON.match(row, at):
        return replace(proposal, insert=proposal.word)
    return replace(proposal, insert=f" {proposal.insert}") if row[:at].endswith(":") else proposal


def _proposals(kinds: Kinds, objects: Iterable[Present], spot: Spot) -> Iterator[Proposal]:
    place = around(kinds, spot.document, spot.path)
    naming = Naming(kinds, spot.document, objects)
    if spot.wanted is Wanted.VALUE:
        yield from _values(kinds, place.schema, naming, spot)
        return
    match place.schema:
        case ObjectSchema() as struct:
            yield from _keys(struct, spot, "")
        case ListSchema(items=ObjectSchema() as struct) if not spot.flow:
            yield from _keys(struct, spot, "- ")
        case MapSchema():
            yield from (Proposal(n.name, f"{n.name}: ", Sorted.FIELD, n.what) for n in naming.keys(spot.path))
        case ScalarSchema() as schema if spot.path and isinstance(spot.path[-1], int):
            yield from _values(kinds, schema, naming, spot)
        case _:
            pass


def _keys(struct: ObjectSchema, spot: Spot, dash: str) -> Iterator[Proposal]:
    """The fields that are not there yet, the required ones first."""
    there = spot.document.keys(spot.path) if not dash else frozenset()
    where = View(tuple(_part(p) for p in spot.path), struct)
    names = sorted(struct.fields, key=lambda name: (name not in struct.required, name in struct.deprecated))
    for name in names:
        if name in there:
            continue
        schema = struct.fields[name]
        detail = type_words(schema) + (", required" if name in struct.required else "")
        insert = dash + _opening(name, schema, spot, dash)
        page = field_page(where, name, schema, YAML)
        yield Proposal(name, insert, Sorted.FIELD, detail, page, name in struct.deprecated)


def _part(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else part


def _opening(name: str, schema: Schema, spot: Spot, dash: str) -> str:
    """A key with what leads to its value."""
    indent = " " * (spot.indent + len(dash))
    match schema:
        case ObjectSchema() | MapSchema() if not spot.flow:
            return f"{name}:\n{indent}{STEP}"
        case ListSchema() if not spot.flow:
            return f"{name}:\n{indent}- "
        case ObjectSchema() | MapSchema():
            return f"{name}: {{"
        case ListSchema():
            return f"{name}: ["
        case _:
            return f"{name}: "


def _values(kinds: Kinds, schema: Schema | None, naming: Naming, spot: Spot) -> Iterator[Proposal]:
    if spot.path == ("apiVersion",):
        yield from _versions(kinds, spot.document)
    elif spot.path == ("kind",):
        yield from _kinds(kinds, spot.document)
    for named in naming.at(spot.path):
        yield _name(named)
    match schema:
        case ScalarSchema(enum=enum) if enum:
            yield from (Proposal(str(v), scalar(v), Sorted.ENUM, "a value of the field") for v in enum)
        case ScalarSchema(type=Scalar.BOOLEAN):
            yield Proposal("true", "true", Sorted.VALUE)
            yield Proposal("false", "false", Sorted.VALUE)
        case _:
            pass


def _name(named: Named) -> Proposal:
    return Proposal(named.name, scalar(named.name), Sorted.OBJECT, named.what)


def _versions(kinds: Kinds, document: Document) -> Iterator[Proposal]:
    """The versions of the kind that is stated, or all."""
    known = {v for v, kind in kinds.catalogue.kinds() if not document.kind or kind == document.kind}
    yield from (Proposal(v, v, Sorted.VALUE) for v in sorted(known, key=_by_age))


def _by_age(version: str) -> tuple[bool, bool, str]:
    """Stable versions before others, the core group first."""
    return ("alpha" in version or "beta" in version, "/" in version, version)


def _kinds(kinds: Kinds, document: Document) -> Iterator[Proposal]:
    stated = document.api_version
    known = {(kind, v) for v, kind in kinds.catalogue.kinds() if not stated or v == stated}
    for kind, version in sorted(known, key=lambda found: (found[0], _by_age(found[1]))):
        schema = kinds.catalogue.lookup(version, kind)
        page = kind_page(schema, version, kind, YAML) if schema is not None else ""
        yield Proposal(kind, kind, Sorted.KIND, version, page)
