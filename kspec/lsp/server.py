"""The server: services behind the Language Server Protocol, over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from kspec import __version__
from kspec.lsp.complete import complete
from kspec.lsp.convert import Places, completion, path_of, uri_of
from kspec.lsp.findings import by_file, findings
from kspec.lsp.fixes import fixes
from kspec.lsp.hover import hover
from kspec.lsp.navigate import Edit, NoRename, definition, references, rename, renamed
from kspec.lsp.outline import outline
from kspec.lsp.workspace import Snapshot, Workspace
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile
from kspec.syntax import parse
from kspec.syntax.format import format_source

PAUSE = 0.25
"""Seconds without a change after which findings are looked for."""
_TRIGGERS = [".", ":", "{", "(", "/"]


class Server(LanguageServer):
    """One editor's session."""

    def __init__(self, paths: Sequence[str], env: str | None, settings: Mapping[str, str]) -> None:
        super().__init__("kspec", __version__)
        self.designs = Workspace(paths, env, settings)
        self.told: dict[str, list[Diagnostic]] = {}
        self._uris: dict[str, str] = {}
        self._waiting: asyncio.TimerHandle | None = None

    def text(self, uri: str) -> str:
        """The text of a document, as the editor has it."""
        return str(self.workspace.get_text_document(uri).source)

    def places(self, snapshot: Snapshot | None = None) -> Places:
        """Conversions under the encoding that was agreed on."""
        encoding = self.workspace.position_encoding
        return Places(str(getattr(encoding, "value", encoding)), lambda path: self._source(path, snapshot), self.uri)

    def uri(self, path: str) -> str:
        """The URI of a path, as the editor writes it where it has the document open."""
        return self._uris.get(path) or uri_of(path)

    def _source(self, path: str, snapshot: Snapshot | None) -> SourceFile | None:
        document = self.workspace.text_documents.get(self.uri(path))
        if document is not None:
            return SourceFile(path, document.source)
        found = snapshot.source(path) if snapshot is not None else None
        if found is None and Path(path).is_file():
            found = SourceFile(path, Path(path).read_text("utf-8", errors="replace"))
        return found

    def at(self, params: Any) -> tuple[Snapshot, str, int, int]:
        """The design, path, line and column that a request is about."""
        path = path_of(params.text_document.uri)
        snapshot = self.designs.snapshot(path)
        return (snapshot, path, *self.places(snapshot).line_and_column(path, params.position))

    # findings

    def changed(self, uri: str) -> None:
        """A document has changed: look at it as soon as nobody types."""
        self._uris[path_of(uri)] = uri
        self.designs.put(path_of(uri), self.text(uri))
        self.look_later()

    def closed(self, uri: str) -> None:
        """A document is closed: what its file holds counts again."""
        self._uris.pop(path_of(uri), None)
        self.designs.close(path_of(uri))
        self.look_later()

    def look_later(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(PAUSE, self.look)

    def look(self) -> None:
        """Find what is wrong with every design that has an open text, and tell the editor."""
        snapshots = {path: self.designs.snapshot(path) for path in map(path_of, self.workspace.text_documents)}
        imported = {
            os.path.realpath(source)
            for path, snapshot in snapshots.items()
            for source in snapshot.loaded.sources
            if os.path.realpath(source) != os.path.realpath(path)
        }
        told: dict[str, list[Diagnostic]] = {}
        done: set[int] = set()
        for path, snapshot in snapshots.items():
            alone = self.designs.design_of(path) == (path,)
            if id(snapshot) in done or (alone and os.path.realpath(path) in imported):
                continue
            done.add(id(snapshot))
            found = findings(snapshot.loaded, Path(path).parent)
            for file, items in by_file(found, snapshot.loaded.sources, path).items():
                told[file] = list(dict.fromkeys([*told.get(file, ()), *items]))
            self._publish(told, snapshot)
        for file in self.told.keys() - told.keys():
            self._publish({file: []}, None)
        self.told = told

    def _publish(self, found: Mapping[str, Sequence[Diagnostic]], snapshot: Snapshot | None) -> None:
        places = self.places(snapshot)
        for file, diagnostics in found.items():
            uri = self.uri(file)
            document = self.workspace.text_documents.get(uri)
            if document is None and not Path(file).is_absolute():
                continue  # the text of an option, which no editor can show
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(
                    uri,
                    [places.diagnostic(d) for d in diagnostics],
                    version=document.version if document is not None else None,
                )
            )

    # edits

    def workspace_edit(self, edits: Sequence[Edit], snapshot: Snapshot) -> lsp.WorkspaceEdit:
        changes: dict[str, list[lsp.TextEdit]] = {}
        places = self.places(snapshot)
        for edit in edits:
            changes.setdefault(self.uri(edit.span.file), []).append(lsp.TextEdit(places.range(edit.span), edit.text))
        return lsp.WorkspaceEdit(changes=changes)


def serve(paths: Sequence[str], env: str | None, settings: Mapping[str, str]) -> None:
    """Serve one editor until it says goodbye. Standard output is the protocol's: whatever else is printed goes to
    standard error.
    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, redirect_stdout(sys.stderr):
        make_server(paths, env, settings).start_io(stdout=answers)


def make_server(paths: Sequence[str] = (), env: str | None = None, settings: Mapping[str, str] | None = None) -> Server:
    """A server with all its features."""
    server = Server(paths, env, settings or {})
    _documents(server)
    _questions(server)
    _changes(server)
    return server


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
        found = complete(snapshot, path, server.text(uri), line, column)
        replaced = server.places(snapshot).range(found.replaced)
        return lsp.CompletionList(False, [completion(i, p, replaced) for i, p in enumerate(found.proposals)])

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        snapshot, path, line, column = server.at(params)
        page = hover(snapshot, path, server.text(params.text_document.uri), line, column)
        if page is None:
            return None
        return lsp.Hover(
            lsp.MarkupContent(lsp.MarkupKind.Markdown, page.text), server.places(snapshot).range(page.span)
        )

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> list[lsp.Location]:
        snapshot, path, line, column = server.at(params)
        return [server.places(snapshot).location(span) for span in definition(snapshot, path, line, column)]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        snapshot, path, line, column = server.at(params)
        declaration = params.context.include_declaration
        spans = references(snapshot, path, line, column, declaration=declaration)
        return [server.places(snapshot).location(span) for span in spans]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        uri = params.text_document.uri
        parsed = parse(SourceFile(path_of(uri), server.text(uri)))
        places = server.places()
        return [places.symbol(entry) for entry in outline(parsed.file)] if parsed.file is not None else []


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
