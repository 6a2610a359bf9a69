"""String literals: quotes, escapes, `${...}` holes, dedented blocks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from lark import Token

from kspec.source.text import Span
from kspec.syntax import nodes as n

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "0": "\0"}
_PIECE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)|\$\$|\$\{", re.DOTALL)

ParseHole = Callable[[str, int, int], n.Expr]


class UnclosedHole(Exception):
    """A `${` without its `}`; `offset` counts from the start of the token."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def text_of(token: Token, span: Span, parse_hole: ParseHole) -> n.Text:
    """The node of a string token. `parse_hole(source, line, column)` parses an expression that starts at a position.

    `'...'` is raw; `"..."` and `\"\"\"...\"\"\"` know escapes, `${expr}` and `$$`.
    """
    raw = str(token)
    if raw.startswith("'"):
        return n.Text((raw[1:-1],), span=span)
    quote = 3 if raw.startswith('"""') else 1
    body = raw[quote:-quote]
    parts: list[str | n.Expr] = []
    literal, position = "", 0
    while match := _PIECE.search(body, position):
        literal += body[position : match.start()]
        position = match.end()
        if match[0] == "$$":
            literal += "$"
        elif match[0] == "${":
            end = _closing(body, position, quote)
            line, column = _advance(raw[: quote + position], span.line, span.column)
            parts += [literal, parse_hole(body[position:end], line, column)]
            literal, position = "", end + 1
        elif match[1]:
            literal += chr(int(match[1], 16))
        else:
            literal += _ESCAPES.get(match[2], match[0])
    literal += body[position:]
    parts.append(literal)
    if quote == 3:
        parts = _dedented(parts)
    return n.Text(tuple(p for p in parts if p != "") or ("",), span=span)


def _closing(body: str, start: int, quote: int) -> int:
    depth, index = 1, start
    while index < len(body):
        if body[index] == "{":
            depth += 1
        elif body[index] == "}":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    raise UnclosedHole(quote + start - 2)


def _advance(text: str, line: int, column: int) -> tuple[int, int]:
    breaks = text.count("\n")
    return (line, column + len(text)) if not breaks else (line + breaks, len(text) - text.rfind("\n"))


def _dedented(parts: list[str | n.Expr]) -> list[str | n.Expr]:
    """A block string loses its first line break and the indentation its lines share."""
    marker = "\ufffc"
    joined = "".join(p if isinstance(p, str) else marker for p in parts)
    plain = textwrap.dedent(joined.removeprefix("\n"))
    pieces = plain.split(marker)
    holes = [p for p in parts if not isinstance(p, str)]
    out: list[str | n.Expr] = [pieces[0]]
    for hole, piece in zip(holes, pieces[1:], strict=True):
        out += [hole, piece]
    return out
