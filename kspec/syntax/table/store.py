"""Keeping the parse table, so that only the first run on a machine pays for it.

A table is looked for next to the grammar (a wheel may bring one), then in the user's cache; otherwise it is compiled
and written to the cache. Files are named by the grammar's digest, written whole or not at all, and carry a checksum:
parallel processes, read-only homes and damaged files cost time, never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from kspec.source.data import cache_home, data_dir
from kspec.syntax.grammar import grammar_digest
from kspec.syntax.table.table import Table, from_json, to_json

_FORMAT = 2


@cache
def table() -> Table:
    """The parse table of this installation's grammar."""
    for path in _places():
        found = read_table(path)
        if found is not None:
            return found
    from kspec.syntax.table.compile import compile_table

    made = compile_table()
    write_table(made, cache_path())
    return made


def table_name() -> str:
    """The name of the file with this grammar's table, wherever it lies."""
    return f"grammar-{_FORMAT}-{grammar_digest()[:20]}.json"


def cache_path() -> Path:
    """Where the table is kept."""
    return cache_home() / table_name()


def _places() -> Iterator[Path]:
    yield data_dir("grammar") / table_name()
    yield cache_path()


def read_table(path: Path) -> Table | None:
    """The table in a file; None if there is none or it is damaged."""
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            return None
        return from_json(json.loads(body))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def write_table(made: Table, path: Path) -> bool:
    """Write a table, atomically. False where that is impossible: a cache is never a reason to fail."""
    import tempfile  # needed once a version

    body = json.dumps(to_json(made), separators=(",", ":")).encode()
    content = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        return False
    return True
