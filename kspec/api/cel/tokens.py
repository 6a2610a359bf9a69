"""The tokens of CEL.

Upstream: the lexer rules of cel-go's parser/gen/CEL.g4, and how ANTLR tells its errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Sort(Enum):
    """What sort of token; the values are the names ANTLR prints."""

    IDENTIFIER = "IDENTIFIER"
    QUOTED = "ESC_IDENTIFIER"
    FLOAT = "NUM_FLOAT"
    UINT = "NUM_UINT"
    INT = "NUM_INT"
    STRING = "STRING"
    BYTES = "BYTES"
    WORD = "word"
    SYMBOL = "symbol"
    END = "<EOF>"


@dataclass(frozen=True, slots=True)
class Token:
    sort: Sort
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Fault:
    """An error, at a place in the text."""

    at: int
    message: str


_QUOTES = r"""\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
_RAW = r"""[rR](?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\n\r]*"|'[^'\n\r]*')"""
_TOKEN = re.compile(
    rf"""(?P<space>[\t \r\n\f]+|//[^\n]*)
    |(?P<BYTES>[bB](?:{_QUOTES}|{_RAW}))
    |(?P<STRING>{_QUOTES}|{_RAW})
    |(?P<FLOAT>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<UINT>(?:0x[0-9a-fA-F]+|\d+)[uU])
    |(?P<INT>0x[0-9a-fA-F]+|\d+)
    |(?P<IDENTIFIER>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<QUOTED>`[A-Za-z0-9_.\-/ ]+`)
    |(?P<SYMBOL>==|!=|<=|>=|&&|\|\||[\[\]{{}}().,\-!?:+*/%<>])""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset({"true", "false", "null", "in"})
_PAIRED = "=&|"


def tokens(source: str) -> tuple[list[Token], list[Fault]]:
    """The tokens of an expression, an END at last, and what is none."""
    found: list[Token] = []
    faults: list[Fault] = []
    for token in _read(source, faults):
        found.append(token)
    found.append(Token(Sort.END, "<EOF>", len(source)))
    return found, faults


def _read(source: str, faults: list[Fault]) -> Iterator[Token]:
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            width = _broken(source, position)
            faults.append(
                Fault(position, f"Syntax error: token recognition error at: '{_shown(source, position, width)}'")
            )
            position += width
            continue
        name, word = match.lastgroup or "", match.group()
        if name == "IDENTIFIER" and word in _WORDS:
            yield Token(Sort.WORD, word, position)
        elif name != "space":
            yield Token(Sort[name], word, position)
        position = match.end()


def _broken(source: str, position: int) -> int:
    """How many characters ANTLR gives up: those read so far, and the one that did not fit."""
    if source[position] in "\"'":
        end = re.compile(r"[\n\r]").search(source, position)
        return (end.start() if end else len(source)) - position
    return 2 if source[position] in _PAIRED and position + 1 < len(source) else 1


def _shown(source: str, position: int, width: int) -> str:
    text = source[position : position + width]
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
