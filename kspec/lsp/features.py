"""What the server can be asked: each request of the protocol, answered by a service."""

from __future__ import annotations

import sys

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from kspec.lsp.colours import colours
from kspec.lsp.complete import complete
from kspec.lsp.convert import LEGEND, completion, path_of
from kspec.lsp.fixes import fixes
from kspec.lsp.hover import hover
from kspec.lsp.manifest.complete import complete as complete_manifest
from kspec.lsp.manifest.hover import definition as definition_in_manifest
from kspec.lsp.manifest.hover import hover as hover_manifest
from kspec.lsp.navigate import NoRename, definition, references, rename, renamed
from kspec.lsp.outline import outline
from kspec.lsp.server import Server
from kspec.source.text import SourceFile
from kspec.syntax import parse
from kspec.syntax.format import format_source

_TRIGGERS = [".", ":", "{", "(", "/"]


def offer(server: Server) -> None:
    """Let a server answer."""
    _documents(server)
    _questions(server)
    _colours(server)
    _changes(server)


def _documents(server: Server) -> None:
    """Opening, changing, saving and closing."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        server.designs.forget()
        server.look_later()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.designs.forget()
        server.look_later()


def _questions(server: Server) -> None:
    """What changes nothing."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    def completions(params: lsp.CompletionParams) -> lsp.CompletionList:
        uri = params.text_document.uri
        path = path_of(uri)
        snapshot = server.designs.recent(path)
        line, column = server.places(snapshot).line_and_column(path, params.position)
        text = server.text(uri)
        if server.is_manifest(params.text_document.uri):
            objects = server.objects(path)
            found = complete_manifest(snapshot.catalogue_kinds, objects, path, text, line, column)
        else:
            found = complete(snapshot, path, text, line, column)
        replaced = server.places(snapshot).range(found.replaced)
        return lsp.CompletionList(False, [completion(i, p, replaced) for i, p in enumerate(found.proposals)])

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        snapshot, path, line, column = server.at(params)
        text = server.text(params.text_document.uri)
        if server.is_manifest(params.text_document.uri):
            objects = server.objects(path)
            page = hover_manifest(snapshot.catalogue_kinds, objects, path, text, line, column)
        else:
            page = hover(snapshot, path, text, line, column)
        if page is None:
            return None
        return lsp.Hover(
            lsp.MarkupContent(lsp.MarkupKind.Markdown, page.text), server.places(snapshot).range(page.span)
        )

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> list[lsp.Location]:
        snapshot, path, line, column = server.at(params)
        if server.is_manifest(params.text_document.uri):
            text, objects = server.text(params.text_document.uri), server.objects(path)
            spans = definition_in_manifest(snapshot.catalogue_kinds, objects, text, line, column)
        else:
            spans = definition(snapshot, path, line, column)
        return [server.places(snapshot).location(span) for span in spans]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        snapshot, path, line, column = server.at(params)
        declaration = params.context.include_declaration
        spans = references(snapshot, path, line, column, declaration=declaration)
        return [server.places(snapshot).location(span) for span in spans]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        uri = params.text_document.uri
        if server.is_manifest(uri):
            return []
        parsed = parse(SourceFile(path_of(uri), server.text(uri)))
        places = server.places()
        return [places.symbol(entry) for entry in outline(parsed.file)] if parsed.file is not None else []


def _colours(server: Server) -> None:
    """What the words of a text are."""

    def coloured(uri: str, first: int, last: int) -> lsp.SemanticTokens:
        path = path_of(uri)
        if server.is_manifest(uri):
            return lsp.SemanticTokens([])
        snapshot = server.designs.snapshot(path)
        text, known = server.text(uri), snapshot.text(path)
        names = snapshot.symbols.by_file.get(path, ())
        found = colours(text, known.file if known is not None else None, names, snapshot.catalogue_kinds)
        return lsp.SemanticTokens(server.places(snapshot).colours(path, [c for c in found if first <= c.line <= last]))

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def all_words(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        return coloured(params.text_document.uri, 1, sys.maxsize)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
    def words_in_sight(params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
        return coloured(params.text_document.uri, params.range.start.line + 1, params.range.end.line + 1)


def _changes(server: Server) -> None:
    """What edits texts."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: lsp.PrepareRenameParams) -> lsp.Range:
        snapshot, path, line, column = server.at(params)
        try:
            return server.places(snapshot).range(renamed(snapshot, path, line, column))
        except NoRename as reason:
            raise JsonRpcInvalidParams(str(reason)) from reason

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename_all(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        snapshot, path, line, column = server.at(params)
        try:
            edits = rename(snapshot, path, line, column, params.new_name)
        except NoRename as reason:
            raise JsonRpcInvalidParams(str(reason)) from reason
        return server.workspace_edit(edits, snapshot)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        uri = params.text_document.uri
        text = server.text(uri)
        outcome = format_source(SourceFile(path_of(uri), text))
        if not outcome.changed or not path_of(uri).endswith(".kspec"):
            return []
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(text.count("\n") + 1, 0))
        return [lsp.TextEdit(whole, outcome.text)]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        path = path_of(uri)
        source = SourceFile(path, server.text(uri))
        snapshot = server.designs.snapshot(path)
        places = server.places(snapshot)
        first, last = params.range.start.line + 1, params.range.end.line + 1
        out = []
        for found in server.told.get(path, ()):
            if found.span is None or found.span.end_line < first or found.span.line > last:
                continue
            for fix in fixes(found, source):
                out.append(
                    lsp.CodeAction(
                        fix.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[places.diagnostic(found)],
                        is_preferred=fix.preferred,
                        edit=server.workspace_edit(fix.edits, snapshot),
                    )
                )
        return out
