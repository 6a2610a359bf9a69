"""Tokens and comments of a text."""

from __future__ import annotations

from enum import Enum

from kspec.source.text import Span


class Fault(Enum):
    """Why a stretch of text is no token."""

    CHARACTER = "a character outside the language"
    STRING = "a string without its closing quote"
    BLOCK_STRING = "a block string without its closing quotes"
    HOLE = "a string with a hole that is left open"
    NUMBER = "a number that runs into other letters"
    UNIT = "a number and its unit, apart"
    DASH = "a dash where a list should begin"
    COMMENT = "a comment of another language"


class Token:
    """A piece of text. `kind` is its terminal. A word of the language has that word's terminal as `word`, because it
    is a plain name wherever the grammar wants no such word. Columns count from 1; the end is exclusive.
    """

    __slots__ = ("column", "end", "end_column", "end_line", "fault", "kind", "line", "start", "text", "word")

    def __init__(self, kind: str, text: str, start: int, line: int, column: int) -> None:
        self.kind = kind
        self.text = text
        self.word: str | None = None
        self.fault: Fault | None = None
        self.start = start
        self.end = start + len(text)
        self.line = line
        self.column = column
        self.end_line = line
        self.end_column = column + len(text)

    @property
    def type(self) -> str:
        """The terminal."""
        return self.kind

    def span(self, file: str) -> Span:
        return Span(file, self.line, self.column, self.end_line, self.end_column)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text!r}, {self.line}:{self.column})"
