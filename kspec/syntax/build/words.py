"""What the builders share: spans of tokens and trees, names, attributes."""

from __future__ import annotations

from typing import Any

from lark import Token
from lark.tree import Meta

from kspec.source.text import Span
from kspec.syntax import nodes as n


class Places:
    """Spans in one file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def span(self, meta: Meta | Token) -> Span:
        """The span of a rule or token; an empty rule has the start of the file."""
        if isinstance(meta, Meta) and meta.empty:
            return Span(self.file, 1, 1, 1, 1)
        return Span(self.file, meta.line or 1, meta.column or 1, meta.end_line or 1, meta.end_column or 1)

    def key(self, token: Token) -> n.Key:
        """A name, or a quoted key without its quotes."""
        text = str(token)
        if token.type == "STRING":
            return n.Key(text[1:-1], quoted=True, span=self.span(token))
        return n.Key(text, span=self.span(token))


def attrs_of(children: list[Any]) -> tuple[tuple[n.Attr, ...], list[Any]]:
    """Split off the leading `@attributes`."""
    count = 0
    while count < len(children) and isinstance(children[count], n.Attr):
        count += 1
    return tuple(children[:count]), children[count:]
