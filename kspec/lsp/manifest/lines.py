"""Reads the lines of a YAML document that may be broken: each key and item with its path and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kspec.source.tree import Path

_DASH = re.compile(r"-(?:[ \t]+|$)")
_KEY = re.compile(
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^']|'')*)'"""
    r"""|(?P<plain>[^\s"'#\[\]{},&*!|>%@`](?:[^:\n#]|:(?=\S)|(?<=\S)\#)*?))[ \t]*:(?=[ \t]|$)"""
)
_FLOW = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)|(?P<mark>[{}\[\],])|(?P<colon>:)"""
    r"""|(?P<comment>\#.*)|(?P<plain>[^\s{}\[\],:"'](?:[^{}\[\],:\n]|:(?=[^\s,\[\]{}]))*)"""
)
_COMMENT = re.compile(r"(?:^|[ \t])#.*$")
_PROPERTIES = re.compile(r"(?:[&!][^\s]*[ \t]+)*")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping or an item of a list, by its path, with its value where that is a scalar.

    Lines and columns count from 1. `key` and `value` are columns: where the key starts and ends, where the value does.
    """

    path: Path
    line: int
    key: tuple[int, int] | None
    value: tuple[int, int] | None = None
    text: str | None = None


@dataclass(slots=True)
class _Level:
    """An open block: a key or, as a number, an item. `indent` is the column (from 0) at which it stands."""

    indent: int
    name: str | int


@dataclass(slots=True)
class _Bracket:
    """An open bracket of the flow style. `name` is the key whose value is next, or the number of the item."""

    opening: str
    name: str | int | None
    valued: bool = False


class Lines:
    """Takes lines, the first numbered `first`, and knows where the next one stands."""

    def __init__(self, first: int = 1) -> None:
        self.entries: list[Entry] = []
        self.levels: list[_Level] = []
        self.brackets: list[_Bracket] = []
        self.scalar: int | None = None
        """The indentation of the key whose block scalar is being read."""
        self._number = first - 1
        self._key: tuple[int, int] | None = None

    @property
    def path(self) -> Path:
        """The path of the value that comes next."""
        flow = (b.name for b in self.brackets if b.name is not None)
        return (*(level.name for level in self.levels), *flow)

    def take(self, line: str) -> None:
        """Read the next line."""
        self._number += 1
        indent = len(line) - len(line.lstrip(" "))
        if self.scalar is not None and (not line.strip() or indent > self.scalar):
            return
        self.scalar = None
        if self.brackets:
            self._flow(line, 0)
            return
        if not line.strip() or line.lstrip().startswith("#"):
            return
        position = self.dashes(line, indent)
        key = _KEY.match(line, position)
        if key is not None:
            self.open(position, _unquoted(key))
            start, end = key.start() + 1, key.start() + 1 + len(key[0][:-1].rstrip())
            self._value(line, key.end(), position, (start, end))
        elif position > indent and position < len(line):
            self._value(line, position, indent, None)

    def dashes(self, line: str, indent: int) -> int:
        """Open the items that begin a line; where what follows them starts."""
        position = indent
        while dash := _DASH.match(line, position):
            while self.levels and self.levels[-1].indent > position:
                self.levels.pop()
            top = self.levels[-1] if self.levels else None
            if top is not None and top.indent == position and isinstance(top.name, int):
                top.name += 1
            else:
                self.levels.append(_Level(position, 0))
            position = dash.end()
        return position

    def open(self, indent: int, key: str) -> None:
        """Open a key."""
        self.close(indent)
        self.levels.append(_Level(indent, key))

    def close(self, indent: int) -> None:
        """Close what does not hold something that stands at an indentation."""
        while self.levels and self.levels[-1].indent >= indent:
            self.levels.pop()

    def _value(self, line: str, start: int, indent: int, key: tuple[int, int] | None) -> None:
        """The value that stands behind a key or a dash."""
        start += len(line[start:]) - len(line[start:].lstrip())
        properties = _PROPERTIES.match(line, start)
        start = properties.end() if properties else start
        text = line[start:]
        if text[:1] in ("{", "["):
            self.entries.append(Entry(self.path, self._number, key))
            self._flow(line, start)
        elif _BLOCK.match(text) or _BLOCK.match(_COMMENT.sub("", text)):
            self.scalar = indent
            self.entries.append(Entry(self.path, self._number, key))
        else:
            text = text if text[:1] in ("'", '"') else _COMMENT.sub("", text)
            self._scalar(text.rstrip(), start, key)

    def _scalar(self, text: str, start: int, key: tuple[int, int] | None) -> None:
        place = (start + 1, start + 1 + len(text)) if text else None
        plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
        self.entries.append(Entry(self.path, self._number, key, place, plain or None))

    def _flow(self, line: str, start: int) -> None:
        """A stretch of the flow style, up to the end of the line or of the outermost bracket."""
        for token in _FLOW.finditer(line, start):
            text, at = token[0].rstrip(), token.start()
            match token.lastgroup:
                case "mark" if text in "{[":
                    self.brackets.append(_Bracket(text, None if text == "{" else 0))
                case "mark" if text in "}]":
                    self.brackets.pop()
                    if not self.brackets:
                        return
                case "mark":
                    self._next()
                case "colon":
                    self.brackets[-1].valued = True
                case "comment":
                    return
                case _:
                    self._word(text, at)

    def _next(self) -> None:
        top = self.brackets[-1]
        top.valued = False
        top.name = top.name + 1 if isinstance(top.name, int) else None

    def _word(self, text: str, at: int) -> None:
        """A scalar between brackets: a key, or a value."""
        top = self.brackets[-1]
        if top.opening == "[":
            self._scalar(text, at, None)
        elif top.valued:
            self._scalar(text, at, self._key)
        else:
            top.name = text.strip("'\"")
            self._key = (at + 1, at + 1 + len(text))
            self.entries.append(Entry(self.path, self._number, self._key))


def read(lines: Iterable[str], first: int) -> list[Entry]:
    """The entries of a document."""
    taking = Lines(first)
    for line in lines:
        taking.take(line)
    return taking.entries


def _unquoted(key: re.Match[str]) -> str:
    return str(next(part for part in (key["double"], key["single"], key["plain"]) if part is not None)).rstrip()
