"""A quote that is missing somewhere on a line, so that text and program have changed places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.source.text import Span
from kspec.syntax.lexer import Lexer, Position
from kspec.syntax.recovery.mistake import Edit, Mistake
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.table import END
from kspec.syntax.tokens import Fault, Token

_LONGEST = 400
_ENDS = re.compile(r"(?=\s)|(?=[,)\]}])|(?=:(?:\s|$))|$")
_BEGINS = re.compile(r"(?<=[\s([{,])(?=[^\s\"])")


def missing_quote(scene: Scene) -> Mistake | None:
    """`image: "nginx  stdin: true`, `tell on p deletes the pod"`: try a quote wherever a text may begin or end."""
    first, stop = _line(scene)
    line = scene.tokens[first:stop]
    fault = next((token for token in line if token.fault is Fault.STRING), None)
    start = scene.tokens[first].start
    end = scene.text.find("\n", start)
    text = scene.text[start : end if end >= 0 else len(scene.text)]
    if fault is None or first > scene.index or len(text) > _LONGEST or line[-1].end_line != line[0].line:
        return None
    lexer = Lexer(scene.table)
    quote = fault.text[0]
    for place in _places(text, fault.start - start):
        tokens = _cut(lexer, text[:place] + quote + text[place:], place, scene.tokens[first])
        if tokens is None:
            continue
        edit = Edit(first, stop, tokens)
        if scene.works(edit, reach=stop - scene.index + 2):
            return _told(scene, fault, text, place, start, edit)
    return None


def _told(scene: Scene, fault: Token, text: str, place: int, start: int, edit: Edit) -> Mistake:
    quote = fault.text[0]
    column = scene.tokens[edit.start].column + place
    if fault.start - start < place:
        content = text[fault.start - start : place]
        span = Span(scene.path, fault.line, fault.column, fault.line, column)
        return Mistake(f"this text has no closing `{quote}`", span, f"write `{content}{quote}`", (edit,))
    span = Span.point(scene.path, fault.line, column)
    if place > 0 and not text[place - 1].isspace() and text[place - 1] not in "([{,":
        return Mistake(f"a `{quote}` is missing here, where a text ends", span, f"add `{quote}`", (edit,))
    return Mistake(f"a `{quote}` is missing here, where a text begins", span, f"add `{quote}`", (edit,))


def _line(scene: Scene) -> tuple[int, int]:
    """The tokens of the found token's line."""
    first = scene.index
    while not scene.opens_line(first):
        first -= 1
    stop = scene.index
    while scene.tokens[stop].kind != END and scene.tokens[stop].line == scene.tokens[first].line:
        stop += 1
    return first, max(stop, first + 1)


def _places(text: str, quote: int) -> Iterator[int]:
    """Where a quote could be missing: behind the quote that has no partner, else before it. The shortest text first."""
    sign = text[quote]
    yield from (found.start() for found in _ENDS.finditer(text, quote + 2))
    begins = [
        (text.find(sign, found.start()) - found.start(), found.start()) for found in _BEGINS.finditer(text, 0, quote)
    ]
    ends = [
        (found.start() - text.rfind(sign, 0, found.start()), found.start()) for found in _ENDS.finditer(text, 0, quote)
    ]
    yield from (place for _, place in sorted(begins + [end for end in ends if sign in text[: end[1]]]))


def _cut(lexer: Lexer, text: str, place: int, at: Token) -> tuple[Token, ...] | None:
    """The tokens of a line that begins where `at` does, placed as if the sign at `place` were not there; None if they
    have faults.
    """
    lexed = lexer.cut(text, Position(at.line, at.column))
    if lexed.faults:
        return None
    for token in lexed.tokens:
        moved, shortened = int(token.start > place), int(token.end > place)
        token.start += at.start - moved
        token.end += at.start - shortened
        token.column -= moved
        token.end_column -= shortened
    return tuple(lexed.tokens[:-1])
