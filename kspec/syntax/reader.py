"""From a text to its tree."""

from __future__ import annotations

from dataclasses import dataclass

from lark.exceptions import UnexpectedInput

from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import SYNTAX
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes
from kspec.syntax.build import Builder
from kspec.syntax.grammar import parser


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says, as far as it could be read, and what is wrong with it."""

    file: nodes.File | None
    diagnostics: tuple[Diagnostic, ...]


def parse(source: SourceFile) -> Parsed:
    """Read a text. Never raises: mistakes become diagnostics (KS0001)."""
    try:
        tree = parser().parse(source.text, start="start")
    except UnexpectedInput as error:
        span = Span.point(source.path, max(error.line, 1), max(error.column, 1))
        return Parsed(None, (Diagnostic(SYNTAX, "the text cannot be read from here on", span),))
    return Parsed(Builder(source.path).build(tree), ())
