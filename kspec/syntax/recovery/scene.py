"""The scene of a mistake: the tokens around it, what could have stood there, and whether a repair would work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kspec.source.text import Span
from kspec.syntax.recovery.expected import FILE_END
from kspec.syntax.recovery.mistake import Edit
from kspec.syntax.recovery.stack import Stack, accepted, advance, step
from kspec.syntax.table import END, Table
from kspec.syntax.tokens import Token

CLOSERS = {"{": "}", "[": "]", "(": ")"}
_OPENERS = frozenset({"NAME", "STRING", "REF", "QNAME", "NUMBER", "@", "}", END})
_BEFORE_VALUES = frozenset({":", "=", "(", "[", "{", ",", "ASSIGN", "->", "=>"})
_CONNECTIVES = frozenset(
    {"_IN", "MOD", "UNTIL", "LEADS", "_UNDER", "_WHERE", "_AT", "_ELSE", "_THEN", "_AFTER", "_WHEN", "_PREFER", "_AS"}
    | {"_TO", "_ON", "_EXTENDS"}
)
REACH = 3
"""How many tokens behind the mistake a repair must make readable."""


_CONTINUING = frozenset({"&&", "||", "=>", "ADD", "MULTIPLY", "COMPARE", ".."})
_CLAUSES = frozenset({"_WHEN", "_PREFER", "_AFTER", "_UNDER", "LEADS", "UNTIL", "_THEN", "_ELSE", "_IN", "_NOT_IN"})


def continues(token: Token) -> bool:
    """Whether a line that begins with a token goes on with the one before it: an operator or a clause."""
    return token.kind in _CONTINUING or token.word in _CLAUSES


@dataclass(frozen=True, slots=True)
class Open:
    """An opening bracket that is not closed before the found token, with the column its line begins in."""

    index: int
    column: int


@dataclass(frozen=True, slots=True)
class Brackets:
    """The brackets of a text: those open before the found token, outermost first, and how many of each kind are opened
    more often than closed; whether any is open at the end.
    """

    opened: tuple[Open, ...]
    surplus: Mapping[str, int]
    never_closed: bool


@dataclass(frozen=True)
class Scene:
    """`tokens[index]` cannot follow; `history[i]` is the stack before token `i`, for all i up to `index`."""

    table: Table
    path: str
    text: str
    tokens: Sequence[Token]
    history: Sequence[Stack]
    index: int
    ending: str = FILE_END
    """What ends where the tokens end, in the words of a message."""

    @property
    def token(self) -> Token:
        """What was found."""
        return self.tokens[self.index]

    @property
    def before(self) -> Token:
        """The token before it; at the start of the file, the found one."""
        return self.tokens[max(self.index - 1, 0)]

    @property
    def after(self) -> Token:
        """The token behind it; at the end of the file, the found one."""
        return self.peek(1)

    def peek(self, distance: int) -> Token:
        """The token at a distance from the found one, no further than the ends of the file."""
        return self.at(self.index + distance)

    def at(self, index: int) -> Token:
        """The token at an index, no further than the ends of the file."""
        return self.tokens[min(max(index, 0), len(self.tokens) - 1)]

    @cached_property
    def expected(self) -> frozenset[str]:
        """All terminals that could have stood there."""
        return accepted(self.table, self.history[self.index])

    @cached_property
    def brackets(self) -> Brackets:
        """The brackets around the found token."""
        surplus, closers = dict.fromkeys(CLOSERS, 0), {closer: opener for opener, closer in CLOSERS.items()}
        stack: list[Open] = []
        opened: tuple[Open, ...] | None = None
        line, column = 0, 1
        for index, token in enumerate(self.tokens):
            if index == self.index:
                opened = tuple(stack)
            if token.line > line and not continues(token):
                column = token.column
            line = token.end_line
            kind = token.kind
            if kind in CLOSERS:
                stack.append(Open(index, column))
                surplus[kind] += 1
            elif kind in closers:
                surplus[closers[kind]] -= 1
                if stack:
                    stack.pop()
        return Brackets(opened or (), surplus, bool(stack))

    def accepts(self, kind: str, index: int | None = None) -> bool:
        """Whether a terminal could stand before the found token, or before an earlier one."""
        return advance(self.table, self.history[self.index if index is None else index], kind) is not None

    def span(self, index: int | None = None, stop: int | None = None) -> Span:
        """The span of the found token, of another, or of those up to `stop`."""
        first = self.tokens[self.index if index is None else index]
        last = first if stop is None else self.tokens[stop - 1]
        return Span(self.path, first.line, first.column, last.end_line, last.end_column)

    def gap(self, index: int | None = None) -> Span:
        """The place right behind the token before `index`: where something is missing."""
        at = self.index if index is None else index
        if at == 0:
            return Span.point(self.path, 1, 1)
        token = self.tokens[at - 1]
        return Span.point(self.path, token.end_line, token.end_column)

    def source(self, first: int, stop: int) -> str:
        """The text from token `first` up to the end of the token before `stop`."""
        return self.text[self.tokens[first].start : self.tokens[stop - 1].end] if stop > first else ""

    def opens_line(self, index: int) -> bool:
        """Whether a token is the first on its line."""
        return index <= 0 or self.tokens[index - 1].end_line < self.tokens[index].line

    def indentation(self, index: int) -> int:
        """The column in which the line of a token begins."""
        while not self.opens_line(index):
            index -= 1
        return self.tokens[index].column

    def item(self, index: int | None = None) -> int:
        """Where the item (a field, a block, an entry) that token `index` belongs to begins."""
        at = self.index if index is None else index
        depth = 0
        while at > 0 and (depth > 0 or not self._begins_item(at)):
            at -= 1
            kind = self.tokens[at].kind
            depth = depth + 1 if kind in CLOSERS.values() else max(depth - 1, 0) if kind in CLOSERS else depth
        return at

    def _begins_item(self, index: int) -> bool:
        token = self.tokens[index]
        if token.kind not in _OPENERS or not (self.accepts("}", index) or self.accepts(END, index)):
            return False
        return token.word not in _CONNECTIVES or not self.accepts(token.word, index)

    def value(self, index: int | None = None) -> int:
        """Where the value that token `index` belongs to begins on its line."""
        at = self.index if index is None else index
        while at > 0 and not self.opens_line(at) and self.tokens[at - 1].kind not in _BEFORE_VALUES:
            at -= 1
        return at

    def line_end(self, index: int) -> int:
        """The first token from `index` on that is on a later line, closes what was open before, or is the end."""
        depth, line = 0, self.tokens[index].line
        for at in range(index, len(self.tokens)):
            token = self.tokens[at]
            if token.kind == END or (depth == 0 and token.line > line):
                return at
            if token.kind in CLOSERS:
                depth += 1
            elif token.kind in CLOSERS.values():
                if depth == 0:
                    return at
                depth -= 1
                line = max(line, token.line) if depth == 0 else line
        return len(self.tokens) - 1

    def glued(self, index: int) -> bool:
        """Whether nothing separates a token from the one before it."""
        return index > 0 and self.tokens[index - 1].end == self.tokens[index].start

    def progress(self, edits: Iterable[Edit], limit: int) -> int:
        """How many tokens from the found one on can be read once the edits are made, `limit` at most.

        -1 where an edit stops the reading before the found token. A token with a fault ends the trial in favour of the
        edit.
        """
        ordered = sorted(edits, key=lambda e: (e.start, e.stop))
        stack: Stack | None = self.history[ordered[0].start]
        for at, token in self._edited(ordered):
            if at >= self.index + limit or (at > self.index and token.fault is not None):
                return limit
            assert stack is not None
            stack = step(self.table, stack, token)
            if stack is None:
                return at - self.index if at >= self.index else -1
        return limit

    def _edited(self, edits: Sequence[Edit]) -> Iterator[tuple[int, Token]]:
        """The tokens from the first edit on, with their original index."""
        at = edits[0].start
        for edit in edits:
            for index in range(at, edit.start):
                yield index, self.tokens[index]
            for token in edit.tokens:
                yield edit.start, token
            at = edit.stop
        for index in range(at, len(self.tokens)):
            yield index, self.tokens[index]

    def works(self, *edits: Edit, reach: int = REACH) -> bool:
        """Whether the edits make the found token and those right behind it readable."""
        return self.progress(edits, reach) >= reach
