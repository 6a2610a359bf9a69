"""Places in text: files, positions and spans.

Lines and columns are 1-based; columns count Unicode code points; the end is exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

STDIN_NAME = "<stdin>"
"""The name of the text that came through standard input."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text in one file, from (line, column) up to but not including the end."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @staticmethod
    def point(file: str, line: int, column: int) -> Span:
        """The one-character span at a position."""
        return Span(file, line, column, line, column + 1)

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other` (same file)."""
        return Span(self.file, self.line, self.column, other.end_line, other.end_column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class SourceFile:
    """A text with the name it is shown under: a path as the user gave it, or `<stdin>`."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; index 0 is line 1."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Line `number` (1-based), empty where the file has no such line."""
        return self.lines[number - 1].rstrip("\r") if 0 < number <= len(self.lines) else ""
