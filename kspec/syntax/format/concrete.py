"""The concrete tree: every token of a text in its place, and the comments with the tokens they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from kspec.source.text import Span
from kspec.syntax.automaton import run
from kspec.syntax.lexer import Lexed
from kspec.syntax.table import Rule, Table, table
from kspec.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Concrete:
    """A production of the grammar with all its tokens."""

    rule: str
    children: tuple[Part, ...]

    @property
    def first(self) -> Token:
        """The token it begins with."""
        part: Part = self
        while isinstance(part, Concrete):
            part = part.children[0]
        return part

    @property
    def last(self) -> Token:
        """The token it ends with."""
        part: Part = self
        while isinstance(part, Concrete):
            part = part.children[-1]
        return part


Part = Concrete | Token


def first(part: Part) -> Token:
    """The first token of a part."""
    return part.first if isinstance(part, Concrete) else part


def last(part: Part) -> Token:
    """The last token of a part."""
    return part.last if isinstance(part, Concrete) else part


@cache
def full_table() -> Table:
    """The parse table with rules that keep all their children."""
    known = table()
    return replace(known, rules=[_full(rule) for rule in known.rules], chains={})


def _full(rule: Rule) -> Rule:
    spliced = {index for index, splice, _ in rule.kept if splice}
    return replace(rule, kept=tuple((i, i in spliced, 0) for i in range(rule.size)), trailing=0)


def concrete(tokens: Sequence[Token]) -> Concrete:
    """The concrete tree of a text without mistakes; a few times as deep as its nodes."""
    full = full_table()
    callbacks = [None if rule.method is None else partial(_make, rule.method) for rule in full.rules]
    tree: Concrete = run(full, "", tokens, "start", callbacks, deepest=len(tokens))
    return tree


def _make(rule: str, span: Span, children: list[Any]) -> Concrete:
    return Concrete(rule, tuple(children))


@dataclass(slots=True)
class Comments:
    """Comments by the offset of their token: those on lines of their own before it, and one behind it on its line."""

    before: dict[int, list[Token]]
    behind: dict[int, Token]

    def leading(self, token: Token) -> list[Token]:
        """Take the comments before a token."""
        return self.before.pop(token.start, [])

    def trailing(self, token: Token) -> Token | None:
        """Take the comment behind a token."""
        return self.behind.pop(token.start, None)


def placed(lexed: Lexed) -> Comments:
    """Give each comment to a token: the one before it on its line, else the next one."""
    comments = Comments({}, {})
    tokens = _pairs(lexed.tokens)
    previous, following = next(tokens)
    for comment in lexed.comments:
        while following.start < comment.start and following.kind != "$END":
            previous, following = next(tokens)
        if previous is not None and previous.end_line == comment.line:
            comments.behind[previous.start] = comment
        else:
            comments.before.setdefault(following.start, []).append(comment)
    return comments


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token | None, Token]]:
    """Each token with the one before it."""
    previous: Token | None = None
    for token in tokens:
        yield previous, token
        previous = token
