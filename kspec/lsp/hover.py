"""What to know of the word at a position: a field's documentation, a name's meaning, where a value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot
from kspec.lsp.describe import field_page, kind_page, short_page
from kspec.lsp.shape import Shape, keyed
from kspec.lsp.spot import Wanted, offset_of, spot_at, until_line_end
from kspec.lsp.symbols import Occurrence, Sort
from kspec.lsp.words import DECLARATIONS
from kspec.lsp.workspace import Snapshot
from kspec.source.text import Span
from kspec.source.tree import Path, dotted
from kspec.syntax.reader import lexer
from kspec.syntax.tokens import Token

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Page:
    """Markdown about a stretch of text."""

    text: str
    span: Span


def hover(snapshot: Snapshot, path: str, text: str, line: int, column: int) -> Page | None:
    """The page of the word at a position; None where there is nothing to say."""
    token = _token(text, line, column)
    if token is None:
        return None
    span = token.span(path)
    parts = [*_word(snapshot, text, token), *_symbol(snapshot, path, line, column), *_provenance(snapshot, span)]
    return Page("\n\n---\n\n".join(parts), span) if parts else None


def _token(text: str, line: int, column: int) -> Token | None:
    offset = offset_of(text, line, column)
    tokens = lexer().cut(until_line_end(text, offset)).tokens
    words = (t for t in tokens if t.start <= offset <= t.end and t.kind not in ("ERROR", "$END"))
    return next((t for t in words if t.text[:1].isalnum() or t.text[:1] in "_\"'"), None)


def _word(snapshot: Snapshot, text: str, token: Token) -> Iterator[str]:
    """A key: a field, a short form, a kind, one of the language's words."""
    spot = spot_at(text, token.end_line, token.end_column)
    if spot is None or spot.wanted is not Wanted.KEY:
        return
    word = token.text
    shape = snapshot.shapes.at(spot.frames)
    if shape.other:
        return
    page = _key_page(shape, word)
    if page is not None:
        yield page
    elif shape.group and word in DECLARATIONS:
        words, example = DECLARATIONS[word]
        yield f"```kspec\n{example}\n```\n\n{words}"
    elif shape.group:
        kind = snapshot.catalogue_kinds.by_word(word)
        if kind is not None and kind.schema is not None:
            yield kind_page(kind.schema, kind.api_version, kind.kind)


def _key_page(shape: Shape, word: str) -> str | None:
    short = shape.short(word)
    if short is not None:
        return short_page(word, short)
    for name in (word, f"{word}s", f"{word}es"):
        found = shape.field(name)
        if found is not None and (name == word or keyed(found[1])):
            return field_page(found[0], name, found[1])
    return None


def _symbol(snapshot: Snapshot, path: str, line: int, column: int) -> Iterator[str]:
    """What a name stands for, and where it is declared."""
    occurrence = snapshot.symbols.at(path, line, column)
    if occurrence is None:
        return
    declared = snapshot.symbols.declarations(occurrence.symbol)
    if occurrence.symbol.sort in (Sort.OBJECT, Sort.NAMESPACE):
        places = (f"- `{o.kind} {o.symbol.name}` at {_short(o.span)}" for o in declared)
        yield "\n".join(dict.fromkeys(places))
        return
    for found in declared[:1]:
        where = f"{occurrence.symbol.sort.value}, declared at {_short(found.span)}"
        yield f"```kspec\n{_line(snapshot, found)}\n```\n\n{where}"


def _line(snapshot: Snapshot, occurrence: Occurrence) -> str:
    source = snapshot.source(occurrence.span.file)
    return source.line(occurrence.span.line).strip() if source is not None else occurrence.symbol.name


def _provenance(snapshot: Snapshot, span: Span) -> Iterator[str]:
    """The values that a key at a place gave, and who else had a say in them."""
    if snapshot.world is None:
        return
    found = []
    for entity in snapshot.world.entities:
        if isinstance(entity, Draft):
            for path, slot in _written_at(entity.root, span):
                found.append(f"`{entity.kind.kind} {entity.name}` `{dotted(path)}`{_value(slot)}{_writers(slot)}")
    if found:
        more = f"\n- and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield "\n".join(f"- {line}" for line in found[:_SHOWN]) + more


def _written_at(root: Slot, span: Span) -> Iterator[tuple[Path, Slot]]:
    """The values of an object whose key is at a place."""
    waiting: list[tuple[Path, Slot]] = [((), root)]
    while waiting:
        path, slot = waiting.pop()
        if slot.fields is not None:
            waiting += [((*path, name), inner) for name, inner in slot.fields.items()]
        elif slot.items is not None:
            waiting += [((*path, number), inner) for number, inner in enumerate(slot.items)]
        elif any(_is_at(write, span) for write in slot.writes):
            yield path, slot


def _is_at(write: Write, span: Span) -> bool:
    key = write.key
    return key is not None and key.line == span.line and key.column == span.column and key.file == span.file


def _value(slot: Slot) -> str:
    return f" = `{slot.value}`" if isinstance(slot.value, str | int | float | bool) else ""


def _writers(slot: Slot) -> str:
    writes = [w for w in slot.writes if w.span is not None]
    if len(writes) < 2:
        return ""
    lines = (f"{w.value} ({w.layer.name}, {_short(w.span)})" for w in writes if w.span is not None)
    return ": " + ", then ".join(lines)


def _short(span: Span) -> str:
    """`shop.kspec:12`."""
    return f"{span.file.rpartition('/')[2]}:{span.line}"
