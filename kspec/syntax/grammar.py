"""The grammar: joined from `grammar/*.lark`, compiled once and kept in the user's cache."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from lark import Lark

from kspec.source.data import data_dir


def grammar_text() -> str:
    """All `.lark` files in order of their names, as one grammar."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(data_dir("grammar").glob("*.lark")))


@cache
def parser() -> Lark:
    """The LALR(1) parser for whole files (`start`) and for single expressions (`expr`)."""
    options = {"parser": "lalr", "lexer": "contextual", "propagate_positions": True, "maybe_placeholders": True}
    return Lark(grammar_text(), start=["start", "expr"], cache=_cache_file() or False, **options)


def _cache_file() -> str | None:
    """Where the parse table is kept; None where nothing can be written. Lark keys the content by grammar and options."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    folder = home / "kspec"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return str(folder / "grammar.bin") if os.access(folder, os.W_OK) else None
