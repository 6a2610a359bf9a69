"""Reading a configuration file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kspec.lint.config.model import NO_CONFIG, Config
from kspec.lint.config.parse import parse_config
from kspec.source import disk
from kspec.source.configuration import own_table
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import SourceFile, Span


def read_config(path: Path, diagnostics: Diagnostics, sources: dict[str, SourceFile]) -> Config:
    """Read and check a configuration. What is wrong is reported, and the rest holds."""
    name = path.as_posix()
    try:
        text = disk.content(str(path)).decode("utf-8")
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
    return parse_config(source, own_table(path, document), diagnostics)


def _broken(source: SourceFile, error: str) -> Diagnostic:
    """TOML's own message ends in `(at line 3, column 5)`."""
    message, _, place = error.partition(" (at ")
    numbers = [int(word.strip(",)")) for word in place.split() if word.strip(",)").isdigit()]
    line, column = numbers if len(numbers) == 2 else (len(source.lines), 1)
    span = Span.point(source.path, line, column)
    return Diagnostic(UNREADABLE_INPUT, f"`{source.path}` is no TOML: {message[:1].lower()}{message[1:]}", span)
