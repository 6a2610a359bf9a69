"""From a name to where it is declared, to all its places, and to another name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from kspec.lsp.symbols import Occurrence, Sort, covers
from kspec.lsp.workspace import Snapshot
from kspec.source.text import Span
from kspec.syntax import nodes as n

_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*")
_OBJECT_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_APART = frozenset({Sort.STATEMENT, Sort.ENV})
"""Names that no expression can mean."""


class NoRename(Exception):
    """Why a name cannot be changed; the text is for people."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of text and what replaces it."""

    span: Span
    text: str


def definition(snapshot: Snapshot, path: str, line: int, column: int) -> list[Span]:
    """Where the name at a position is declared: an object by the word its reference says, or else its workload."""
    imported = _imported_file(snapshot, path, line, column)
    if imported:
        return imported
    found = _occurrence(snapshot, path, line, column)
    if found is None:
        return []
    inner = _inner(snapshot, found, path, line, column)
    if inner is not None:
        return [inner]
    declared = [o for o in snapshot.symbols.of(found.symbol) if o.declares]
    if found.kind and not found.declares:
        kind = snapshot.catalogue_kinds.by_word(found.kind)
        same = [o for o in declared if snapshot.catalogue_kinds.by_word(o.kind) == kind]
        declared = same or declared
    return [o.span for o in declared]


def references(snapshot: Snapshot, path: str, line: int, column: int, *, declaration: bool) -> list[Span]:
    """All places of the name at a position, its declarations among them if wanted."""
    found = _occurrence(snapshot, path, line, column)
    if found is None:
        return []
    return [o.span for o in snapshot.symbols.of(found.symbol) if declaration or not o.declares]


def renamed(snapshot: Snapshot, path: str, line: int, column: int) -> Span:
    """The stretch of text that a rename at a position is about. Raises NoRename."""
    found = _occurrence(snapshot, path, line, column)
    if found is None:
        raise NoRename("there is no name here that is declared in this design")
    places = snapshot.symbols.of(found.symbol)
    if not any(o.declares for o in places):
        raise NoRename(f"nothing in this design declares `{found.symbol.name}`")
    outside = next((o for o in places if not o.span.file.endswith(".kspec")), None)
    if outside is not None:
        raise NoRename(f"`{found.symbol.name}` comes from {Path(outside.span.file).name}: rename it there")
    return found.span


def rename(snapshot: Snapshot, path: str, line: int, column: int, new: str) -> list[Edit]:
    """The edits that give a name another one, in all texts of the design. Raises NoRename."""
    renamed(snapshot, path, line, column)
    found = _occurrence(snapshot, path, line, column)
    assert found is not None
    symbol = found.symbol
    objects = symbol.sort in (Sort.OBJECT, Sort.NAMESPACE)
    if not (_NAME.fullmatch(new) and (not objects or _OBJECT_NAME.fullmatch(new))):
        what = "lower-case letters, digits and dashes" if objects else "letters, digits, `_` and `-`"
        raise NoRename(f"`{new}` cannot be the name: it takes {what}, a letter first")
    places = snapshot.symbols.of(symbol)
    files = {o.span.file for o in places}
    for other, occurrences in snapshot.symbols.by_symbol.items():
        apart = other.sort in _APART or other == symbol
        if other.name == new and not apart and any(o.span.file in files for o in occurrences):
            raise NoRename(f"`{new}` is the name of another {other.sort.value} already")
    return [Edit(o.span, new) for o in places]


def _occurrence(snapshot: Snapshot, path: str, line: int, column: int) -> Occurrence | None:
    return snapshot.symbols.at(path, line, column)


def _imported_file(snapshot: Snapshot, path: str, line: int, column: int) -> list[Span]:
    """The start of the files that an import at a position brings."""
    text = snapshot.text(path)
    for item in text.file.items if text is not None else ():
        if not isinstance(item, n.Use | n.Import) or not covers(item.span, line, column):
            continue
        if isinstance(item, n.Import) and item.alias is not None and covers(item.alias.span, line, column):
            return []
        folder = Path(path).parent
        found = sorted(folder.glob(item.path)) if set("*?[") & set(item.path) else [folder / item.path]
        return [Span.point(os.path.normpath(f), 1, 1) for f in found if f.is_file()]
    return []


def _inner(snapshot: Snapshot, found: Occurrence, path: str, line: int, column: int) -> Span | None:
    """`service/web.http`: the port, if the position is behind the object's name."""
    if column <= found.span.end_column or not found.kind:
        return None
    source = snapshot.source(path)
    if source is None:
        return None
    rest = re.match(r"[A-Za-z0-9.-]*", source.line(line)[found.span.end_column - 1 :])
    names = rest[0].strip(".").split(".") if rest is not None else []
    for declared in (o for o in snapshot.symbols.of(found.symbol) if o.declares):
        text = snapshot.text(declared.span.file)
        hit = _labelled(text.file.items, declared.span, names[0]) if text is not None and names else None
        if hit is not None:
            return hit
    return None


def _labelled(items: tuple[n.Node, ...], head: Span, label: str) -> Span | None:
    """The part called `label` of the block that declares an object at `head`."""
    for item in items:
        inner: tuple[n.Node, ...] = getattr(item, "items", ()) or getattr(item, "body", ())
        own = getattr(item, "label", None)
        if own is not None and own.span == head:
            return _find_label(inner, label)
        found = _labelled(inner, head, label)
        if found is not None:
            return found
    return None


def _find_label(items: tuple[n.Node, ...], label: str) -> Span | None:
    for item in items:
        own = getattr(item, "label", None)
        if own is not None and isinstance(own.value, n.Key) and own.value.text == label:
            span: Span = own.span
            return span
        found = _find_label(getattr(item, "items", ()), label)
        if found is not None:
            return found
    return None
