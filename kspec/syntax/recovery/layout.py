"""What the layout of a text says about its brackets: people indent what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.syntax.recovery.scene import CLOSERS, Open, Scene, continues
from kspec.syntax.table import END
from kspec.syntax.tokens import Token


def unclosed(scene: Scene) -> tuple[Open, int] | None:
    """The bracket that was probably left open, and the token before which it should have been closed.

    That is a line that begins no further right than the line with the bracket, unless the block's first line did so; or
    a closing brace further left than what it closes.
    """
    if not scene.brackets.never_closed:
        return None
    stack: list[Open] = []
    line_column = 1
    for index in range(scene.index + 1):
        token, opens_line = scene.tokens[index], scene.opens_line(index)
        if opens_line and not continues(token):
            line_column = token.column
        if token.kind in CLOSERS.values():
            opened = stack.pop() if stack else None
            if opened and opens_line and token.column < opened.column and _further_left(scene, opened, token):
                return opened, index
            continue
        if opens_line and stack and token.kind != END:
            inner = stack[-1].index + 1
            same_line = not scene.opens_line(inner) and scene.tokens[stack[-1].index].kind == "{"
            indented = same_line or (scene.opens_line(inner) and scene.tokens[inner].column > stack[-1].column)
            if indented and token.column <= stack[-1].column:
                return stack[-1], index
        if token.kind in CLOSERS:
            stack.append(Open(index, line_column))
    return None


def _further_left(scene: Scene, opened: Open, token: Token) -> bool:
    """Whether a token begins further left than what a bracket belongs to, whose header may span several lines."""
    bracket = scene.tokens[opened.index]
    return bracket.line < token.line and token.column < scene.tokens[scene.item(opened.index)].column


def misplaced_closer(scene: Scene) -> int | None:
    """The first closing brace further right than the line it closes: probably one too many."""
    return next((closer for opened, closer in _pairs(scene) if scene.tokens[closer].column > opened.column), None)


def _pairs(scene: Scene) -> Iterator[tuple[Open, int]]:
    """Brackets before the found token with what closes them on a line of its own, in order of the closing."""
    stack: list[Open] = []
    line_column = 1
    for index in range(scene.index):
        token = scene.tokens[index]
        if scene.opens_line(index) and not continues(token):
            line_column = token.column
        if token.kind in CLOSERS:
            stack.append(Open(index, line_column))
        elif token.kind in CLOSERS.values() and stack:
            opened = stack.pop()
            if scene.opens_line(index) and scene.tokens[opened.index].line < token.line:
                yield opened, index


def balance(scene: Scene, opener: str = "{") -> int:
    """How many brackets of a kind the text opens more than it closes."""
    return scene.brackets.surplus[opener]


def dedent(scene: Scene, index: int, column: int, *, dashes: bool = False) -> int:
    """The first token from `index` on that begins a line no further right than `column`, or closes what is around."""
    depth = 0
    for at in range(index, len(scene.tokens)):
        token = scene.tokens[at]
        outside = scene.opens_line(at) and token.column <= column
        if token.kind == END or (outside and not (dashes and token.text == "-" and token.column == column)):
            return at
        if token.kind in CLOSERS:
            depth += 1
        elif token.kind in CLOSERS.values():
            depth -= 1
            if depth < 0:
                return at
    return len(scene.tokens) - 1


def block_end(scene: Scene, opened: Open, column: int) -> int:
    """Behind the block of a bracket: its closer, or the first line that begins no further right than `column`."""
    depth, closers = 0, CLOSERS.values()
    for at in range(opened.index, len(scene.tokens)):
        token = scene.tokens[at]
        depth += (token.kind in CLOSERS) - (token.kind in closers)
        outside = at > opened.index and scene.opens_line(at) and token.column <= column
        if depth == 0 or (outside and token.kind in closers):
            return at + 1
        if token.kind == END or outside:
            return at
    return len(scene.tokens) - 1
