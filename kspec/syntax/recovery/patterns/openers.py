"""An opening bracket that is missing, a closing brace too early: both show where something else is closed instead."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kspec.syntax.recovery.layout import balance
from kspec.syntax.recovery.mistake import Edit, Mistake, made
from kspec.syntax.recovery.scene import CLOSERS, Scene
from kspec.syntax.table import END

_OPENED_BY = {closer: opener for opener, closer in CLOSERS.items()}
_MOST = 4
"""How many closing brackets are looked at."""
_FURTHEST = 40
"""How many tokens before its closing bracket an opening one is looked for."""


def missing_opener(scene: Scene) -> Mistake | None:
    """`for z in "a", "b"] {`, `container app image: "nginx" }`, `under failing web)`."""
    for closer in islice(_unopened(scene), _MOST):
        opener = _OPENED_BY[scene.tokens[closer].kind]
        for place in _candidates(scene, closer):
            edit = Edit(place, place, (made(opener, opener, scene.at(place - 1)),))
            if scene.works(edit, reach=max(closer - scene.index, 0) + 3):
                before = scene.source(scene.value(place - 1), place)
                message = f"`{opener}` is missing before this `{scene.tokens[closer].text}`"
                head = before if len(before) < 40 else scene.tokens[place - 1].text
                return Mistake(message, scene.gap(place), f"write `{head} {opener}`", (edit,))
    return None


def _candidates(scene: Scene, closer: int) -> Iterator[int]:
    """Where the opening bracket may belong: on the line of the closing one, or before what closes right before it."""
    if scene.tokens[closer].line > scene.token.line:
        yield scene.value()
        return
    first = max(_line_start(scene, closer) + 1, closer - _FURTHEST)
    yield from range(first, min(closer, scene.index) + 1)
    depth = 0
    for index in range(min(closer, scene.index) - 1, 0, -1):
        kind = scene.tokens[index].kind
        depth += (kind in _OPENED_BY) - (kind in CLOSERS)
        if depth <= 0:
            if depth == 0 and kind in CLOSERS:
                yield index
            return


def _unopened(scene: Scene) -> Iterator[int]:
    """Closing brackets behind the start of a line whose partner is not on it: on the found token's line, and on earlier
    ones where the text closes more braces than it opens.
    """
    if scene.token.kind == "," and (closer := _closer_below(scene)) is not None:
        yield closer
        return
    surplus = balance(scene) < 0
    start = 0 if surplus and scene.token.kind in _OPENED_BY else _line_start(scene, scene.index)
    stack: list[int] = []
    leading = True
    for index in range(start, len(scene.tokens)):
        token = scene.tokens[index]
        if token.line > scene.token.line or token.kind == END:
            return
        leading = token.kind in _OPENED_BY and (leading or scene.opens_line(index))
        if token.kind in CLOSERS:
            stack.append(index)
        elif token.kind in _OPENED_BY:
            opened = scene.tokens[stack[-1]] if stack else None
            same_line = opened is not None and opened.line == token.line
            if opened is not None and same_line and opened.kind != _OPENED_BY[token.kind]:
                yield index
                continue
            if stack:
                stack.pop()
            if not same_line and ((token.kind != "}" and index >= scene.index) or (surplus and not leading)):
                yield index


def _closer_below(scene: Scene) -> int | None:
    """The bracket that closes, on a later line, a list whose beginning is missing."""
    depth = 0
    for index in range(scene.index, min(scene.index + 5 * _FURTHEST, len(scene.tokens))):
        kind = scene.tokens[index].kind
        if kind in CLOSERS:
            depth += 1
        elif kind in _OPENED_BY:
            if depth == 0:
                return index if kind == "]" and scene.tokens[index].line > scene.token.line else None
            depth -= 1
    return None


def _line_start(scene: Scene, index: int) -> int:
    while not scene.opens_line(index):
        index -= 1
    return index


def closed_early(scene: Scene) -> Mistake | None:
    """A brace too many in the middle: what follows it is indented as if it were still inside."""
    if balance(scene) >= 0:
        return None
    columns: list[int] = [1]
    for index in range(scene.index + 1):
        token = scene.tokens[index]
        opens_line = scene.opens_line(index)
        if token.kind in _OPENED_BY:
            if len(columns) > 1:
                columns.pop()
        elif opens_line and token.kind != END:
            before = scene.tokens[index - 1] if index else token
            if columns[-1] and token.column > columns[-1] and before.kind == "}" and scene.opens_line(index - 1):
                edit = Edit(index - 1, index)
                if scene.works(edit, reach=1):
                    return Mistake("this `}` is one too many", scene.span(index - 1), "remove it", (edit,))
            columns[-1] = columns[-1] or token.column
        if token.kind in CLOSERS:
            columns.append(0)
    return None
