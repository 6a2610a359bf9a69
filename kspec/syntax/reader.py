"""From a text to its tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import SYNTAX
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes
from kspec.syntax.automaton import Stuck, TooDeep, run
from kspec.syntax.build import Builder
from kspec.syntax.lexer import Lexer, Position
from kspec.syntax.limits import MAX_CHARACTERS, MAX_DEPTH
from kspec.syntax.table import table


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says, as far as it could be read, and what is wrong with it."""

    file: nodes.File | None
    diagnostics: tuple[Diagnostic, ...]


@cache
def lexer() -> Lexer:
    """The lexer of this installation's grammar."""
    return Lexer(table())


def parse(source: SourceFile) -> Parsed:
    """Read a text. Never raises: mistakes become diagnostics (KS0001)."""
    return _Reading(source).file()


class _Reading:
    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.path = source.path
        self.found: list[Diagnostic] = []
        self.callbacks = Builder(self.path, self.hole).callbacks(table())

    def file(self) -> Parsed:
        if len(self.source.text) > MAX_CHARACTERS:
            self.report(f"the text is longer than {MAX_CHARACTERS:,} characters", Span.point(self.path, 1, 1))
            return Parsed(None, tuple(self.found))
        lexed = lexer().cut(self.source.text)
        try:
            file: nodes.File = run(table(), self.path, lexed.tokens, "start", self.callbacks)
        except Stuck as stuck:
            token = lexed.tokens[stuck.index]
            self.report("the text cannot be read from here on", token.span(self.path))
            return Parsed(None, tuple(self.found))
        except TooDeep as deep:
            self.report(f"nested more than {MAX_DEPTH} deep", deep.span)
            return Parsed(None, tuple(self.found))
        comments = tuple(nodes.Key(c.text, span=c.span(self.path)) for c in lexed.comments)
        return Parsed(replace(file, comments=comments), tuple(self.found))

    def hole(self, source: str, line: int, column: int) -> nodes.Expr:
        lexed = lexer().cut(source, Position(line, column))
        expr: nodes.Expr = run(table(), self.path, lexed.tokens, "expr", self.callbacks)
        return expr

    def report(self, message: str, span: Span, help: str | None = None) -> None:
        self.found.append(Diagnostic(SYNTAX, message, span, help))
