"""Where the configuration is: in the folder of the run, or in the nearest one above that has any."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from kspec.lint.config.model import NO_CONFIG, Config
from kspec.lint.config.parse import parse_config
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import SourceFile, Span

OWN, SHARED = "kspec.toml", "pyproject.toml"


def find_config(folder: Path) -> Path | None:
    """The file that configures runs in `folder`: `kspec.toml`, or a `pyproject.toml` with a `[tool.kspec]` table."""
    for place in (folder, *folder.parents):
        if (place / OWN).is_file():
            return place / OWN
        if (place / SHARED).is_file() and "[tool.kspec" in _text(place / SHARED):
            return place / SHARED
        if (place / ".git").exists():
            return None
    return None


def read_config(path: Path, diagnostics: Diagnostics, sources: dict[str, SourceFile]) -> Config:
    """Read and check a configuration. What is wrong is reported, and the rest holds."""
    name = path.as_posix()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        diagnostics.report(UNREADABLE_INPUT, f"`{name}` cannot be read: {reason}")
        return NO_CONFIG
    source = sources.setdefault(name, SourceFile(name, text))
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        diagnostics.add(_broken(source, str(error)))
        return NO_CONFIG
    table = _table(document) if path.name == SHARED else document
    return parse_config(source, table, diagnostics)


def _table(document: dict[str, Any]) -> dict[str, Any]:
    tool = document.get("tool", {})
    own = tool.get("kspec", {}) if isinstance(tool, dict) else {}
    return own if isinstance(own, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _broken(source: SourceFile, error: str) -> Diagnostic:
    """TOML's own message ends in `(at line 3, column 5)`."""
    message, _, place = error.partition(" (at ")
    numbers = [int(word.strip(",)")) for word in place.split() if word.strip(",)").isdigit()]
    line, column = numbers if len(numbers) == 2 else (len(source.lines), 1)
    span = Span.point(source.path, line, column)
    return Diagnostic(UNREADABLE_INPUT, f"`{source.path}` is no TOML: {message[:1].lower()}{message[1:]}", span)
