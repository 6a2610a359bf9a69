"""Files as forges name them: relative to the folder of the run, with forward slashes."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def relative(file: str) -> str:
    """The path from the folder of the run; what lies outside of it stays as it was given."""
    if file.startswith("<"):
        return file.strip("<>")
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except (ValueError, OSError):
            return path.as_posix()
    return path.as_posix()


def uri(file: str) -> str:
    """The path as a relative URI reference."""
    path = relative(file)
    quoted = quote(os.fsencode(path))
    return f"file://{quoted}" if path.startswith("/") else quoted
