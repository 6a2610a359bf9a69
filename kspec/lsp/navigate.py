"""From a name to where it is declared, to all its places, and to another name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from kspec.elaborate.objects.flat import template_path
from kspec.lsp.symbols import Occurrence, Sort, covers
from kspec.lsp.workspace import Snapshot
from kspec.source.text import Span
from kspec.syntax import nodes as n

_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*")
_OBJECT_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_DOTTED = re.compile(r"([a-z]+)/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")
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
    """Where the name at a position is declared: the object of the kind that its reference says, else the workload."""
    imported = _imported_file(snapshot, path, line, column)
    if imported:
        return imported
    found = _occurrence(snapshot, path, line, column)
    if found is None:
        return _part(snapshot, path, line, column)
    return list(dict.fromkeys(o.span for o in _meant(snapshot, found)))


def _meant(snapshot: Snapshot, found: Occurrence) -> list[Occurrence]:
    """The declarations that a name stands for: of several objects of one name, those of the right kind."""
    declared = snapshot.symbols.declarations(found.symbol)
    kinds = snapshot.catalogue_kinds
    if found.declares and found.kind:
        return [found]
    if found.kind:
        wanted = kinds.by_word(found.kind)
        return [o for o in declared if kinds.by_word(o.kind) == wanted] or declared
    return [o for o in declared if _is_workload(snapshot, o.kind)] or declared


def _is_workload(snapshot: Snapshot, word: str) -> bool:
    kind = snapshot.catalogue_kinds.by_word(word) if word else None
    return kind is not None and kind.schema is not None and template_path(kind.schema) is not None


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


def _part(snapshot: Snapshot, path: str, line: int, column: int) -> list[Span]:
    """`http` of `service/web.http`: the part of the object that bears the name."""
    source = snapshot.source(path)
    if source is None:
        return []
    word = next((m for m in _DOTTED.finditer(source.line(line)) if m.start() < column <= m.end() + 1), None)
    found = _occurrence(snapshot, path, line, word.start(2) + 1) if word is not None else None
    if word is None or found is None or not found.kind:
        return []
    names = source.line(line)[found.span.end_column : word.end()].split(".")
    spans = []
    for declared in _meant(snapshot, found):
        text = snapshot.text(declared.span.file)
        block = _block_at(text.file.items, declared.span) if text is not None else None
        bodies = [_body(block), *_of_module(snapshot, block, found.kind)]
        spans += [hit for body in bodies if (hit := _find_label(body, names[0])) is not None]
    return list(dict.fromkeys(spans))


def _of_module(snapshot: Snapshot, instance: n.Node | None, kind: str) -> list[tuple[n.Node, ...]]:
    """What a module says of the objects of a kind that an instance of it makes."""
    word = instance.word.text if isinstance(instance, n.Instance | n.Block) else ""
    kinds = snapshot.catalogue_kinds
    blocks = (i for m in snapshot.modules() if m.name.text == word for i in m.body if isinstance(i, n.Block))
    return [block.items for block in blocks if kinds.by_word(block.word.text) == kinds.by_word(kind)]


def _block_at(items: tuple[n.Node, ...], label: Span) -> n.Node | None:
    """The block whose label is at a place."""
    for item in items:
        own = getattr(item, "label", None)
        found = item if own is not None and own.span == label else _block_at(_body(item), label)
        if found is not None:
            return found
    return None


def _body(item: n.Node | None) -> tuple[n.Node, ...]:
    """What stands in a block, a loop or a module."""
    match item:
        case n.Block() | n.Instance() | n.Resource_() | n.PathBlock():
            return item.items
        case n.For() | n.Define():
            return item.body
        case n.If():
            return (*item.then, *item.orelse)
        case _:
            return ()


def _find_label(items: tuple[n.Node, ...], label: str) -> Span | None:
    for item in items:
        own = getattr(item, "label", None)
        if own is not None and isinstance(own.value, n.Key) and own.value.text == label:
            span: Span = own.span
            return span
        found = _find_label(_body(item), label)
        if found is not None:
            return found
    return None
