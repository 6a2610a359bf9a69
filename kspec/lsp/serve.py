"""Serving an editor: the Language Server Protocol, over standard input and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout

from kspec.lsp.features import offer
from kspec.lsp.server import Server


def serve(paths: Sequence[str], env: str | None, settings: Mapping[str, str]) -> None:
    """Serve one editor until it says goodbye. Standard output is the protocol's: whatever else is printed goes to
    standard error.
    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, redirect_stdout(sys.stderr):
        make_server(paths, env, settings).start_io(stdout=answers)


def make_server(paths: Sequence[str] = (), env: str | None = None, settings: Mapping[str, str] | None = None) -> Server:
    """A server with all its features."""
    server = Server(paths, env, settings or {})
    offer(server)
    return server
