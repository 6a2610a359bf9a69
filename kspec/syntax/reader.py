"""From a text to its tree: cut, parse; where that fails, find every mistake, and parse what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import SYNTAX
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes
from kspec.syntax.automaton import Stuck, TooDeep, run
from kspec.syntax.build import Builder
from kspec.syntax.lexer import Lexer, Position
from kspec.syntax.limits import MAX_CHARACTERS, MAX_DEPTH
from kspec.syntax.recovery import Recovery, told
from kspec.syntax.recovery.expected import FILE_END, HOLE_END, VALUE_END
from kspec.syntax.table import table
from kspec.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says, as far as it could be read, and what is wrong with it.

    After mistakes `file` holds what was probably meant, with `null` for values that are missing; it is None where not
    even that can be told. What it says between the lines of `lost` is a guess.
    """

    file: nodes.File | None
    diagnostics: tuple[Diagnostic, ...]
    lost: tuple[Span, ...] = ()


@cache
def lexer() -> Lexer:
    """The lexer of this installation's grammar."""
    return Lexer(table())


def parse(source: SourceFile) -> Parsed:
    """Read a text. Never raises: every mistake becomes a diagnostic (KS0001)."""
    reading = _Reading(source)
    file = reading.file()
    return Parsed(file, reading.diagnostics(), reading.unread(file))


def parse_expression(source: SourceFile) -> tuple[nodes.Expr, tuple[Diagnostic, ...]]:
    """Read a text that is one expression, such as the value of `--set`; `null` where it is none. Never raises."""
    reading = _Reading(source)
    return reading.expression(), reading.diagnostics()


class _Reading:
    """One text on its way to a tree."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.path = source.path
        self.found: list[Diagnostic] = []
        self.lost: list[Span] = []
        self.builder = Builder(self.path, self.hole)
        self.callbacks = self.builder.callbacks(table())

    def file(self) -> nodes.File | None:
        """The tree of the whole text."""
        if self._too_long():
            return None
        lexed = lexer().cut(self.source.text)
        file: nodes.File | None = self._tree(self.source.text, lexed.tokens, FILE_END)
        foreign = self.builder.truths - self.builder.names
        if foreign and file is not None:
            self.builder.foreign = frozenset(foreign)
            self.builder.mistakes.clear()
            file = self._tree(self.source.text, lexed.tokens, FILE_END)
        if file is None:
            return None
        comments = tuple(nodes.Key(c.text, span=c.span(self.path)) for c in lexed.comments)
        return replace(file, comments=comments)

    def expression(self) -> nodes.Expr:
        """The expression that the whole text is."""
        point = Span.point(self.path, 1, 1)
        if self._too_long():
            return nodes.Null(span=point)
        lexed = lexer().cut(self.source.text)
        if len(lexed.tokens) == 1:
            self._report("there is no value", point, 'write `""` for the empty text')
            return nodes.Null(span=point)
        expr: nodes.Expr | None = self._tree(self.source.text, lexed.tokens, VALUE_END)
        return nodes.Null(span=point) if expr is None else expr

    def hole(self, text: str, line: int, column: int) -> nodes.Expr:
        """The expression of a hole; `null` where there is none."""
        lexed = lexer().cut(text, Position(line, column))
        span = Span(self.path, line, column, line, column + 1)
        if len(lexed.tokens) == 1:
            self._report("there is nothing between `${` and `}`", span, "write `$${}` for the characters themselves")
            return nodes.Null(span=span)
        expr: nodes.Expr | None = self._tree(text, lexed.tokens, HOLE_END)
        return nodes.Null(span=span) if expr is None else expr

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the text, in order of place; once read."""
        found = self.found + [mistake.diagnostic() for mistake in self.builder.mistakes]
        return tuple(dict.fromkeys(sorted(found, key=lambda d: (d.span is None, d.span, d.message))))

    def unread(self, file: nodes.File | None) -> tuple[Span, ...]:
        """What of the text a tree does not hold for certain; once read."""
        if file is None:
            return (Span(self.path, 1, 1, len(self.source.lines), 1),)
        return tuple(dict.fromkeys((*self.lost, *(d.span for d in self.diagnostics() if d.span is not None))))

    def _too_long(self) -> bool:
        too_long = len(self.source.text) > MAX_CHARACTERS
        if too_long:
            message = f"the text has more than {MAX_CHARACTERS:,} characters"
            self._report(message, Span.point(self.path, 1, 1), "split it into files and `use` them")
        return too_long

    def _tree(self, text: str, tokens: list[Token], ending: str) -> Any:
        """The tree of a file, of a hole or of a value, told apart by what ends it."""
        start = "start" if ending == FILE_END else "expr"
        deep = _too_many_brackets(tokens)
        if deep is not None:
            return self._too_deep(deep.span(self.path))
        try:
            return run(table(), self.path, tokens, start, self.callbacks)
        except TooDeep as error:
            return self._too_deep(error.span)
        except Stuck:
            recovery = Recovery(table(), self.path, text, tokens, start, ending)
            recovery.run()
            self.found += told(recovery.mistakes)
            self.lost += recovery.lost
        if not recovery.finished:
            return None
        self.builder.mistakes.clear()
        try:
            return run(table(), self.path, tokens, start, self.callbacks)
        except TooDeep as error:
            return self._too_deep(error.span)

    def _too_deep(self, span: Span) -> None:
        self._report(f"nested more than {MAX_DEPTH} deep", span, "name the inner parts with `let` or `define`")

    def _report(self, message: str, span: Span, help: str | None = None) -> None:
        self.found.append(Diagnostic(SYNTAX, message, span, help))


def _too_many_brackets(tokens: list[Token]) -> Token | None:
    """The first bracket inside `MAX_DEPTH` others."""
    depth = 0
    for token in tokens:
        if token.kind in ("{", "[", "("):
            depth += 1
            if depth > MAX_DEPTH:
                return token
        elif token.kind in ("}", "]", ")"):
            depth -= 1
    return None
