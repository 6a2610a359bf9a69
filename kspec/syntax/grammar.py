"""The grammar: joined from `grammar/*.lark`, and compiled by Lark.

Lark turns the files into an LALR(1) table once; `kspec.syntax.table` keeps that table, so that reading a text needs
neither Lark nor its 1.8 seconds. Lark's own parser stays the measure: a law in the tests ties the two together.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from kspec.source.data import data_dir

if TYPE_CHECKING:
    from lark import Lark

STARTS = ("start", "expr")
"""What can be read: a whole file, and a single expression (a `${...}` hole)."""


def grammar_text() -> str:
    """All `.lark` files in order of their names, as one grammar."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(data_dir("grammar").glob("*.lark")))


@cache
def grammar_digest() -> str:
    """Changes whenever the grammar does."""
    return hashlib.sha256(grammar_text().encode()).hexdigest()


def lark_parser(*, strict: bool = False) -> Lark:
    """Lark's own parser of the grammar; `strict` refuses every conflict (needs `interegular`)."""
    from lark import Lark

    options = {"parser": "lalr", "lexer": "contextual", "propagate_positions": True, "maybe_placeholders": True}
    return Lark(grammar_text(), start=list(STARTS), strict=strict, **options)
