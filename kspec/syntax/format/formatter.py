"""Formatting a text, and telling what would change."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile
from kspec.syntax import nodes
from kspec.syntax.format.concrete import concrete, placed
from kspec.syntax.format.declarations import item
from kspec.syntax.format.doc import render
from kspec.syntax.format.layout import Layout
from kspec.syntax.limits import MAX_DEPTH
from kspec.syntax.reader import lexer, parse

WIDTH = 120
"""The longest line that a block, a list or a map may fill on its own."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text before and after. A text with mistakes stays as it is, and has diagnostics."""

    source: SourceFile
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether formatting makes a difference: what `--check` asks."""
        return self.text != self.source.text

    def diff(self) -> str:
        """The difference as a unified diff, empty where there is none: what `--diff` shows."""
        before, after = self.source.text.splitlines(keepends=True), self.text.splitlines(keepends=True)
        lines = difflib.unified_diff(before, after, self.source.path, self.source.path)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def format_source(source: SourceFile) -> Formatted:
    """Format a text: indentation by two, one part of a block a line, comments and groups of lines kept.

    Formatting twice changes nothing more, and the formatted text has the same tree.
    """
    parsed = parse(source)
    if parsed.diagnostics or parsed.file is None:
        return Formatted(source, source.text, parsed.diagnostics)
    lexed = lexer().cut(source.text)
    tree = concrete(lexed.tokens)
    with _deep_recursion():
        layout = Layout(placed(lexed)).file(tree, lexed.tokens[-1])
    return Formatted(source, render(layout, WIDTH))


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for a layout of the deepest tree that is read: up to a dozen calls a level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20 * MAX_DEPTH + before))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def write_file(file: nodes.File) -> str:
    """The text of a tree, formatted: reading it gives the tree back. Comments are no part of it."""
    with _deep_recursion():
        text = "\n".join(item(node) for node in file.items)
    return format_text(text)


def format_text(text: str) -> str:
    """The formatted text; a text with mistakes unchanged."""
    return format_source(SourceFile("<text>", text)).text
