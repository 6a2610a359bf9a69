"""Where in a YAML text a position is: the document, the path in it, and what can stand there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from kspec.lsp.manifest.lines import Entry, Lines, read
from kspec.source.tree import Path

_END = re.compile(r"---(?:\s|$)")
_WORD = re.compile(r"[^\s,{}\[\]]*$")
_KEY = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s"'#\[\]{},&*!|>%@`](?:[^:#]|:(?=\S)|(?<=\S)#)*?)[ \t]*:(?:[ \t]+|$)""")
_COMMENTED = re.compile(r"(?:^|[ \t])#")


class Wanted(Enum):
    """What is expected at a position."""

    KEY = "a key, or an item"
    VALUE = "the value of a key"


@dataclass(frozen=True)
class Document:
    """One of the documents of a text."""

    entries: tuple[Entry, ...]

    @cached_property
    def texts(self) -> Mapping[Path, str]:
        """The scalars by their paths."""
        return {e.path: e.text for e in self.entries if e.text is not None}

    @property
    def api_version(self) -> str:
        return self.texts.get(("apiVersion",), "")

    @property
    def kind(self) -> str:
        return self.texts.get(("kind",), "")

    def keys(self, path: Path) -> frozenset[str | int]:
        """The keys of a mapping."""
        size = len(path)
        return frozenset(e.path[size] for e in self.entries if len(e.path) > size and e.path[:size] == path)

    def at(self, line: int, column: int) -> Entry | None:
        """The entry whose key or value is at a position."""
        places = ((e, place) for e in self.entries if e.line == line for place in (e.value, e.key) if place is not None)
        return next((e for e, (start, end) in places if start <= column <= end), None)


@dataclass(frozen=True, slots=True)
class Spot:
    """A position that something can be written at.

    `path` is that of the mapping or list around a key, or of the value. `word` is what is there up to the position,
    `indent` the column (from 0) at which the keys of a mapping stand, `flow` tells that brackets are open.
    """

    document: Document
    path: Path
    wanted: Wanted
    word: str
    indent: int
    flow: bool = False


def document_at(text: str, line: int) -> tuple[Document, int, list[str]]:
    """The document of a line, the number of its first line, and its lines."""
    lines = [row.rstrip("\r") for row in text.split("\n")]
    marks = [number for number, row in enumerate(lines, 1) if _END.match(row)]
    after = bisect_right(marks, line)
    first = marks[after - 1] + 1 if after else 1
    last = marks[after] - 1 if after < len(marks) else len(lines)
    rows = lines[first - 1 : last]
    return Document(tuple(read(rows, first))), first, rows


def spot_at(text: str, line: int, column: int) -> Spot | None:
    """The spot of a position (from 1); None in comments and blocks of text."""
    document, first, rows = document_at(text, line)
    lines = Lines(first)
    for row in rows[: max(line - first, 0)]:
        lines.take(row)
    row = rows[line - first] if 0 <= line - first < len(rows) else ""
    before = row[: column - 1]
    if _COMMENTED.search(before) or _END.match(row):
        return None
    indent = len(before) - len(before.lstrip(" "))
    if lines.scalar is not None and (indent > lines.scalar or not before.strip()):
        return None
    return _in_flow(document, lines, before) if lines.brackets else _in_block(document, lines, before, indent)


def _in_block(document: Document, lines: Lines, before: str, indent: int) -> Spot | None:
    position = lines.dashes(before, indent)
    key = _KEY.match(before, position)
    if key is None:
        word = before[position:]
        lines.close(position)
        return Spot(document, lines.path, Wanted.KEY, word, position) if " " not in word else None
    if before[key.end() :][:1] in ("{", "["):
        lines.levels = [*lines.levels]
        return _in_flow(document, lines, before)
    lines.open(position, before[position : key.end()].strip().rstrip(":").strip("\"' "))
    word = before[key.end() :]
    return Spot(document, lines.path, Wanted.VALUE, word, position) if " " not in word else None


def _in_flow(document: Document, lines: Lines, before: str) -> Spot | None:
    found = _WORD.search(before)
    word = found[0] if found is not None else ""
    lines.take(before[: len(before) - len(word)])
    if not lines.brackets:
        return None
    top = lines.brackets[-1]
    wanted = Wanted.VALUE if top.valued or top.opening == "[" else Wanted.KEY
    path = lines.path
    if wanted is Wanted.KEY and top.name is not None:
        path = path[:-1]
    return Spot(document, path, wanted, word, 0, flow=True)
