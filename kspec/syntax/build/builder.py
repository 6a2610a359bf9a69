"""The whole builder: for each rule of the grammar, the method of that name makes its node."""

from __future__ import annotations

from collections.abc import Callable

from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.automaton import Callback
from kspec.syntax.build.components import Components
from kspec.syntax.recovery.mistake import Mistake
from kspec.syntax.table import Table

# Rules whose method has another name, because theirs is a helper or a type here.
RENAMED = {"key": "map_key", "list": "list_node", "map": "map_node"}

ReadHole = Callable[[str, int, int], n.Expr]
"""Reads the expression of a hole that starts at a line and column."""


class Builder(Components):
    """Builds the nodes of one file, bottom up, and notes mistakes that the grammar lets pass."""

    def __init__(self, file: str, read_hole: ReadHole) -> None:
        super().__init__(file)
        self._read_hole = read_hole

    def callbacks(self, table: Table) -> list[Callback | None]:
        """For each rule of the table, what makes its node; None for helpers."""
        return [None if r.method is None else self._callback(r.method) for r in table.rules]

    def _callback(self, method: str) -> Callback | None:
        found: Callback | None = getattr(self, RENAMED.get(method, method), None)
        return found

    def read(self, source: str, line: int, column: int) -> n.Expr:
        """The expression of a hole."""
        return self._read_hole(source, line, column)

    def unclosed(self, line: int, column: int) -> None:
        """A hole in a block of text that is never closed."""
        span = Span(self.file, line, column, line, column + 2)
        help = "write `${NAME}`; a dollar sign itself is `$$`"
        self.mistakes.append(Mistake("`${` has no closing `}`", span, help))
