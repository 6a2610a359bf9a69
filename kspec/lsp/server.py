"""The server: one editor's session."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from kspec import __version__
from kspec.lsp.convert import Places, path_of, uri_of
from kspec.lsp.findings import by_file, findings
from kspec.lsp.navigate import Edit
from kspec.lsp.present import Presence, Present
from kspec.lsp.workspace import Snapshot, Workspace
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile

PAUSE = 0.25
"""Seconds without a change after which findings are looked for."""


class Server(LanguageServer):
    """One editor's session."""

    def __init__(self, paths: Sequence[str], env: str | None, settings: Mapping[str, str]) -> None:
        super().__init__("kspec", __version__)
        self.designs = Workspace(paths, env, settings)
        self.presence = Presence(self.designs)
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

    def is_manifest(self, uri: str) -> bool:
        """Whether a document is YAML or JSON."""
        language = self.workspace.get_text_document(uri).language_id
        return language in ("yaml", "json") or path_of(uri).endswith((".yaml", ".yml", ".json"))

    def objects(self, path: str) -> list[Present]:
        """The objects that a text can name."""
        folders = [path_of(uri) for uri in self.workspace.folders]
        self.presence.folders = folders or [str(self.workspace.root_path)] * bool(self.workspace.root_path)
        return self.presence.objects(path)

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
