"""A small editor: starts `kspec lsp` and talks to it over its standard streams."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

PATIENCE = 30.0
"""Seconds after which an answer is taken for missing."""


class Refused(Exception):
    """The server answered with an error; the text is its message."""


class Editor:
    """A client of one server. Texts are opened under the folder `root`; `|` in a position's text marks the place."""

    def __init__(self, root: Path, *arguments: str, encodings: tuple[str, ...] = ("utf-16",)) -> None:
        command = [sys.executable, "-c", "from kspec.cli.main import main; main()", "lsp", *arguments]
        self.root = root
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
        )
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._findings: dict[str, queue.Queue[list[dict[str, Any]]]] = {}
        self._number = 0
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {"general": {"positionEncodings": list(encodings)}}
        self.capabilities: dict[str, Any] = self.ask(
            "initialize", processId=None, rootUri=root.as_uri(), capabilities=capabilities
        )["capabilities"]
        self.tell("initialized")

    # the protocol

    def ask(self, method: str, **params: Any) -> Any:
        """A request and its answer."""
        self._number += 1
        number = self._number
        waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        self._answers[number] = waiting
        self._send({"id": number, "method": method, "params": params})
        answer = waiting.get(timeout=PATIENCE)
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer["result"]

    def tell(self, method: str, **params: Any) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            message = json.loads(stream.read(length))
            if "method" not in message:
                self._answers.pop(message["id"]).put(message)
            elif message["method"] == "textDocument/publishDiagnostics":
                self._of(message["params"]["uri"]).put(message["params"]["diagnostics"])

    def _of(self, uri: str) -> queue.Queue[list[dict[str, Any]]]:
        with self._lock:
            return self._findings.setdefault(uri, queue.Queue())

    # documents

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Open a text and wait for what is found in it."""
        self._texts[name] = text
        document = {"uri": self.uri(name), "languageId": "kspec", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)
        return self.findings(name)

    def type(self, name: str, text: str) -> list[dict[str, Any]]:
        """Replace the text of an open document and wait for what is found in it."""
        self._texts[name] = text
        document = {"uri": self.uri(name), "version": 2}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        return self.findings(name)

    def findings(self, name: str) -> list[dict[str, Any]]:
        """The next findings that are told of a document."""
        return self._of(self.uri(name)).get(timeout=PATIENCE)

    def at(self, name: str, marked: str) -> dict[str, Any]:
        """The place in a document where a piece of it, marked with `|`, is: parameters of a request."""
        before, _, after = marked.partition("|")
        text = self._texts[name]
        offset = text.index(before + after) + len(before)
        line = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        position = {"line": line, "character": column}
        return {"textDocument": {"uri": self.uri(name)}, "position": position}

    def close(self) -> int:
        """Say goodbye; the exit code of the server."""
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(timeout=PATIENCE)
