"""From offsets in a text to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from kspec.source.text import SourceFile, Span


class Places:
    """Turns character offsets of one file into spans; the table of lines is made when it is first needed."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.source.text))]

    def line(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return bisect_right(self._starts, offset)

    def span(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`, at least one character wide."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        return Span(self.source.path, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = self.line(offset)
        return line, offset - self._starts[line - 1] + 1
