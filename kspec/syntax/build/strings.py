"""String literals: quotes, escapes, `${...}` holes, dedented blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.tokens import Token

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "0": "\0"}
_PIECE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)|\$\$|\$\{", re.DOTALL)
_IN_HOLE = re.compile(r"""[{}]|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")


class Holes(Protocol):
    """What strings need of the builder."""

    def read(self, source: str, line: int, column: int) -> n.Expr:
        """The expression of a hole whose text starts at a line and column."""

    def unclosed(self, line: int, column: int) -> None:
        """Report a `${` at a line and column that has no `}`."""


@dataclass(frozen=True, slots=True)
class _Escape:
    """What an escape stands for: never taken for a line break or an indentation of the text around it."""

    text: str


@dataclass(frozen=True, slots=True)
class _Hole:
    """A hole in a string's body: where its text starts and ends."""

    start: int
    end: int


_Part = str | _Escape | n.Expr


def text_of(token: Token, span: Span, holes: Holes) -> n.Text:
    """The node of a string token.

    `'...'` is raw; `"..."` and `\"\"\"...\"\"\"` know escapes, `${expr}` and `$$`.
    """
    raw = token.text
    if raw.startswith("'"):
        return n.Text((raw[1:-1],), span=span)
    quote = _quote(raw)
    body = raw[quote:-quote]
    parts: list[_Part] = []
    for piece in _pieces(body):
        match piece:
            case str() | _Escape():
                parts.append(piece)
            case _Hole(start, end):
                line, column = _advance(raw[: quote + start], span.line, span.column)
                if end < 0:
                    holes.unclosed(line, column - 2)
                else:
                    parts.append(holes.read(body[start:end], line, column))
    if quote == 3:
        parts = _dedented(parts)
    return n.Text(_joined(parts), span=span)


def unquoted(token: Token) -> str:
    """The text of a string token that has no holes: a title, a path, a key."""
    raw = token.text
    if raw.startswith("'"):
        return raw[1:-1]
    quote = _quote(raw)
    body = raw[quote:-quote]
    out = ""
    for piece in _pieces(body):
        match piece:
            case str():
                out += piece
            case _Escape(text):
                out += text
            case _Hole(start, end):
                out += body[start - 2 : end + 1 if end >= 0 else len(body)]
    return out


def _quote(raw: str) -> int:
    return 3 if raw.startswith('"""') else 1


def _pieces(body: str) -> list[str | _Escape | _Hole]:
    """Literal text, escapes and holes in order; a hole that never closes ends at -1 and has the rest behind it."""
    out: list[str | _Escape | _Hole] = []
    position = 0
    while match := _PIECE.search(body, position):
        out.append(body[position : match.start()])
        position = match.end()
        if match[0] == "$$":
            out.append(_Escape("$"))
        elif match[0] == "${":
            end = _closing(body, position)
            out.append(_Hole(position, end))
            position = len(body) if end < 0 else end + 1
        elif match[1]:
            out.append(_Escape(chr(int(match[1], 16))))
        else:
            out.append(_Escape(_ESCAPES.get(match[2], match[0])))
    out.append(body[position:])
    return out


def _closing(body: str, start: int) -> int:
    """Where the hole that starts at `start` has its `}`; -1 if nowhere."""
    depth = 1
    for match in _IN_HOLE.finditer(body, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                return match.start()
    return -1


def _advance(text: str, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n")
    return (line, column + len(text)) if not breaks else (line + breaks, len(text) - text.rfind("\n"))


def _joined(parts: list[_Part]) -> tuple[str | n.Expr, ...]:
    """Neighbouring literals as one, empty ones left out; a string without any part is the empty one."""
    out: list[str | n.Expr] = []
    for part in parts:
        plain = part.text if isinstance(part, _Escape) else part
        if isinstance(plain, str) and out and isinstance(out[-1], str):
            out[-1] += plain
        else:
            out.append(plain)
    return tuple(p for p in out if p != "") or ("",)


def _dedented(parts: list[_Part]) -> list[_Part]:
    """A block string loses its first line break and the indentation its lines share; blank lines become empty."""
    lines: list[list[_Part]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            lines[-1].append(part)
            continue
        first, *others = part.split("\n")
        lines[-1].append(first)
        lines += [[other] for other in others]
    if all(p == "" for p in lines[0]) and len(lines) > 1:
        del lines[0]
    written = [line for line in lines if not _blank(line)]
    margin = _shared([_indentation(line) for line in written])
    out: list[_Part] = []
    for number, line in enumerate(lines):
        out.append("\n" if number else "")
        if not _blank(line):
            out += [line[0][margin:] if isinstance(line[0], str) else line[0], *line[1:]]
    return out


def _shared(indentations: list[str]) -> int:
    """How many characters all of them begin with."""
    low, high = min(indentations, default=""), max(indentations, default="")
    return next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))


def _blank(line: list[_Part]) -> bool:
    return all(isinstance(p, str) and not p.strip() for p in line)


def _indentation(line: list[_Part]) -> str:
    first = line[0] if line else ""
    return first[: len(first) - len(first.lstrip(" \t"))] if isinstance(first, str) else ""
