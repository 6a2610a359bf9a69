"""Changes that put a finding right, read off the help that it comes with.

A fix of a syntax error is offered only where the text that it makes does not have the error any more.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kspec.lsp.navigate import Edit
from kspec.lsp.spot import offset_of
from kspec.source.diagnostic import Diagnostic
from kspec.source.rules import SYNTAX
from kspec.source.text import SourceFile, Span
from kspec.syntax import parse
from kspec.syntax.reader import lexer

_MEANT = re.compile(r"did you mean `([^`]+)`\?")
_PLAIN = re.compile(r'(?:quote it(?: if it is text)?|write it without quotes): ?([^`\s;]+|"[^"]*")')
_CODE = re.compile(r"`([^`]+)`")
_INSERT = re.compile(r"add `([^`]+)` before line (\d+)")
_PLACEHOLDER = re.compile(r"\.\.\.(?!\.)|\b[A-Z]{4,}\b")
_TRIES = 6
_LONGEST = 100_000
"""Characters of the longest text in which fixes are tried out."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that an editor can make. `preferred` where it is what was most likely meant."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False


def fixes(diagnostic: Diagnostic, source: SourceFile) -> Iterator[Fix]:
    """What can be done about a finding in a text."""
    span, help = diagnostic.span, diagnostic.help or ""
    if span is None or span.file != source.path:
        return
    if diagnostic.rule.id == SYNTAX.id:
        if source.path.endswith(".kspec") and len(source.text) <= _LONGEST:
            yield from _syntax(diagnostic, span, help, source)
        return
    meant = _MEANT.search(help)
    plain = _PLAIN.match(help)
    if meant is not None and span.line == span.end_line:
        yield Fix(f"Change to `{meant[1]}`", (Edit(_misspelt(diagnostic, span, source), meant[1]),), preferred=True)
    elif plain is not None:
        yield Fix(f"Write {plain[1]}", (Edit(span, plain[1]),), preferred=True)
    elif help.startswith("put it in brackets"):
        yield Fix("Put it in brackets", (Edit(span, f"[{_text(source, span)}]"),), preferred=True)
    if diagnostic.message.startswith("nothing uses the "):
        yield Fix("Keep it: start its name with `_`", (Edit(_start(span), "_"),))
    if source.path.endswith(".kspec") and not diagnostic.is_error and len(source.text) <= _LONGEST:
        accept = _allow(diagnostic, span, source)
        if not parse(SourceFile(source.path, applied(source.text, accept.edits[0]))).diagnostics:
            yield accept


def _syntax(diagnostic: Diagnostic, span: Span, help: str, source: SourceFile) -> Iterator[Fix]:
    """Try what the help says, in the places that could be meant; the first that helps is the fix."""
    insert = _INSERT.search(help)
    if insert is not None:
        place = Span(span.file, int(insert[2]), 1, int(insert[2]), 1)
        yield from _helpful(f"Add `{insert[1]}`", [Edit(place, f"{insert[1]}\n")], diagnostic, source)
    elif help.startswith("remove it"):
        yield from _helpful("Remove it", [Edit(span, "")], diagnostic, source)
    else:
        plain = _PLAIN.match(help)
        for text in [plain[1]] if plain is not None and "`" not in help else _CODE.findall(help):
            if not _PLACEHOLDER.search(text):
                edits = [Edit(place, text) for place in _places(span, text, source)]
                yield from _helpful(f"Write `{text}`", edits, diagnostic, source)


def _places(span: Span, text: str, source: SourceFile) -> Iterator[Span]:
    """The tokens of a mistake, then stretches of tokens around it, the most similar to the new text first."""
    tokens = [t for t in lexer().cut(source.text).tokens[:-1] if t.line == t.end_line == span.line]
    starts = [t.column for t in tokens if t.column <= span.column]
    ends = [t.end_column for t in tokens if t.end_column >= span.column]
    if span.column in starts and span.end_column in ends:
        yield span
    around = [Span(span.file, span.line, a, span.line, b) for a in starts[-4:] for b in ends[:4] if a < b]
    yield from sorted(around, key=lambda s: -difflib.SequenceMatcher(None, _text(source, s), text).ratio())


def _helpful(title: str, edits: list[Edit], diagnostic: Diagnostic, source: SourceFile) -> Iterator[Fix]:
    before = len(parse(source).diagnostics)
    for edit in islice(edits, _TRIES):
        after = parse(SourceFile(source.path, applied(source.text, edit))).diagnostics
        if len(after) < before:
            yield Fix(title, (edit,), preferred=True)
            return


def applied(text: str, edit: Edit) -> str:
    """The text after an edit."""
    start = offset_of(text, edit.span.line, edit.span.column)
    end = offset_of(text, edit.span.end_line, edit.span.end_column)
    return text[:start] + edit.text + text[end:]


def _text(source: SourceFile, span: Span) -> str:
    start = offset_of(source.text, span.line, span.column)
    return source.text[start : offset_of(source.text, span.end_line, span.end_column)]


def _misspelt(diagnostic: Diagnostic, span: Span, source: SourceFile) -> Span:
    """The word that was misspelt: the part of the span that the message names, or all of it."""
    text = _text(source, span)
    for named in _CODE.findall(diagnostic.message):
        at = text.find(named)
        if at >= 0:
            column = span.column + at
            return Span(span.file, span.line, column, span.line, column + len(named))
    return span


def _start(span: Span) -> Span:
    return Span(span.file, span.line, span.column, span.line, span.column)


def _allow(diagnostic: Diagnostic, span: Span, source: SourceFile) -> Fix:
    """Accept the finding in front of its line, with a reason to be filled in."""
    line = source.line(span.line)
    indent = line[: len(line) - len(line.lstrip())]
    place = Span(span.file, span.line, len(indent) + 1, span.line, len(indent) + 1)
    text = f'@allow({diagnostic.rule.id}, reason: "")\n{indent}'
    return Fix(f"Accept {diagnostic.rule.id} here, with a reason", (Edit(place, text),))
