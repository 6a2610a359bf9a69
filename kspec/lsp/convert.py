"""Between places in texts and what the protocol calls positions and ranges.

The protocol counts lines and columns from 0, and columns in the code units of an encoding that client and server agree
on; kspec counts from 1, in characters.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from lsprotocol import types as lsp
from pygls import uris

from kspec.lsp.colours import Colour, Coloured
from kspec.lsp.complete import Proposal, Sorted
from kspec.lsp.outline import Entry
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.text import SourceFile, Span

SourceOf = Callable[[str], SourceFile | None]
"""The text of a path, where it is known."""

_WIDTHS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text) + sum(1 for c in text if ord(c) > 0xFFFF),
    "utf-32": len,
}
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
    Severity.OFF: lsp.DiagnosticSeverity.Hint,
}
_KINDS = {
    Sorted.FIELD: lsp.CompletionItemKind.Field,
    Sorted.SHORT: lsp.CompletionItemKind.Property,
    Sorted.KIND: lsp.CompletionItemKind.Class,
    Sorted.WORD: lsp.CompletionItemKind.Keyword,
    Sorted.MODULE: lsp.CompletionItemKind.Module,
    Sorted.VALUE: lsp.CompletionItemKind.Value,
    Sorted.FUNCTION: lsp.CompletionItemKind.Function,
    Sorted.ENUM: lsp.CompletionItemKind.EnumMember,
    Sorted.OBJECT: lsp.CompletionItemKind.Reference,
}
_SYMBOLS = {
    "param": lsp.SymbolKind.Constant,
    "let": lsp.SymbolKind.Constant,
    "fn": lsp.SymbolKind.Function,
    "define": lsp.SymbolKind.Module,
    "enum": lsp.SymbolKind.Enum,
    "env": lsp.SymbolKind.Package,
    "namespace": lsp.SymbolKind.Namespace,
    "cluster": lsp.SymbolKind.Namespace,
    "invariant": lsp.SymbolKind.Boolean,
    "goal": lsp.SymbolKind.Boolean,
    "witness": lsp.SymbolKind.Boolean,
    "scenario": lsp.SymbolKind.Event,
    "component": lsp.SymbolKind.Class,
}


_COLOURS = list(Colour)
LEGEND = lsp.SemanticTokensLegend([c.value for c in _COLOURS], [lsp.SemanticTokenModifiers.Declaration.value])
"""The kinds of coloured words, and the one thing more that is said of them."""


def path_of(uri: str) -> str:
    """The real path of a document; its name as it is where it lies in no file."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return os.path.realpath(path) if path else uri


def uri_of(path: str) -> str:
    """The other way round."""
    return uris.from_fs_path(path) or path if path.startswith("/") or path[1:2] == ":" else path


class Places:
    """Converts places of texts under one encoding."""

    def __init__(self, encoding: str, source_of: SourceOf, uri: Callable[[str], str]) -> None:
        self._width = _WIDTHS.get(encoding, _WIDTHS["utf-16"])
        self._source_of = source_of
        self._uri = uri

    def line_and_column(self, path: str, position: lsp.Position) -> tuple[int, int]:
        """The place (from 1, in characters) of a position."""
        line = self._line(path, position.line + 1)
        column = 0
        while column < len(line) and self._width(line[:column]) < position.character:
            column += 1
        return position.line + 1, column + 1

    def range(self, span: Span) -> lsp.Range:
        return lsp.Range(
            self._position(span.file, span.line, span.column), self._position(span.file, span.end_line, span.end_column)
        )

    def location(self, span: Span) -> lsp.Location:
        return lsp.Location(self._uri(span.file), self.range(span))

    def diagnostic(self, found: Diagnostic) -> lsp.Diagnostic:
        span = found.span or Span.point("", 1, 1)
        related = [
            lsp.DiagnosticRelatedInformation(self.location(label.span), label.message) for label in found.related
        ]
        message = found.message if found.help is None else f"{found.message}\n{found.help}"
        return lsp.Diagnostic(
            self.range(span),
            message,
            severity=_SEVERITIES[found.level],
            code=found.rule.id,
            source="kspec",
            tags=[lsp.DiagnosticTag.Unnecessary] if found.rule.name == "unused" else None,
            related_information=related or None,
        )

    def colours(self, path: str, found: Iterable[Coloured]) -> list[int]:
        """Coloured words as the protocol packs them: each by its distance from the one before."""
        data: list[int] = []
        line = start = 0
        for one in found:
            place = self.range(Span(path, one.line, one.column, one.line, one.end))
            if place.start.line != line:
                start = 0
            step = (place.start.line - line, place.start.character - start)
            length = place.end.character - place.start.character
            data += [*step, length, _COLOURS.index(one.colour), int(one.declares)]
            line, start = place.start.line, place.start.character
        return data

    def symbol(self, entry: Entry) -> lsp.DocumentSymbol:
        return lsp.DocumentSymbol(
            name=entry.name or entry.word,
            detail=entry.word if entry.name else None,
            kind=_SYMBOLS.get(entry.word, lsp.SymbolKind.Object),
            range=self.range(entry.span),
            selection_range=self.range(entry.selection),
            children=[self.symbol(child) for child in entry.children],
        )

    def _position(self, path: str, line: int, column: int) -> lsp.Position:
        return lsp.Position(max(line - 1, 0), self._width(self._line(path, line)[: max(column - 1, 0)]))

    def _line(self, path: str, line: int) -> str:
        source = self._source_of(path)
        return source.line(line) if source is not None else ""


def completion(number: int, proposal: Proposal, replaced: lsp.Range) -> lsp.CompletionItem:
    """A proposal for the text of a range; `number` keeps the order."""
    page = lsp.MarkupContent(lsp.MarkupKind.Markdown, proposal.page) if proposal.page else None
    return lsp.CompletionItem(
        label=proposal.word,
        kind=_KINDS[proposal.sort],
        detail=proposal.detail or None,
        documentation=page,
        text_edit=lsp.TextEdit(replaced, proposal.insert),
        insert_text_mode=lsp.InsertTextMode.AsIs if "\n" in proposal.insert else None,
        filter_text=proposal.word,
        sort_text=f"{number:05}",
        deprecated=proposal.deprecated or None,
    )
