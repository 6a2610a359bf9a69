"""What the layout of a text says about its brackets: people indent what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.syntax.recovery.scene import CLOSERS, Scene
from kspec.syntax.table import END


@dataclass(frozen=True, slots=True)
class Open:
    """An opening bracket that is not closed before the found token."""

    index: int
    column: int


def open_brackets(scene: Scene, stop: int) -> list[Open]:
    """The brackets open before token `stop`, outermost first, with the column their line begins in."""
    stack: list[Open] = []
    line_column = 1
    for index in range(stop):
        token = scene.tokens[index]
        if scene.opens_line(index):
            line_column = token.column
        if token.kind in CLOSERS:
            stack.append(Open(index, line_column))
        elif token.kind in CLOSERS.values() and stack:
            stack.pop()
    return stack


def unclosed(scene: Scene) -> tuple[Open, int] | None:
    """The bracket that was probably left open, and the token before which it should have been closed.

    That is a line that begins no further right than the line with the bracket, although the block's first line did.
    """
    for bracket in reversed(open_brackets(scene, scene.index)):
        inner = bracket.index + 1
        if inner >= scene.index or not scene.opens_line(inner) or scene.tokens[inner].column <= bracket.column:
            continue
        for index in range(inner + 1, scene.index + 1):
            token = scene.tokens[index]
            if not scene.opens_line(index) or token.kind in CLOSERS.values() or token.kind == END:
                continue
            if token.column <= bracket.column:
                return bracket, index
    return None


def misplaced_closer(scene: Scene) -> int | None:
    """A closing brace that stands in another column than the line it closes: probably one too many.

    Looks through what is closed before the found token, innermost and earliest first.
    """
    stack: list[Open] = []
    line_column = 1
    for index in range(scene.index):
        token = scene.tokens[index]
        if scene.opens_line(index):
            line_column = token.column
        if token.kind in CLOSERS:
            stack.append(Open(index, line_column))
        elif token.kind in CLOSERS.values() and stack:
            opened = stack.pop()
            if scene.opens_line(index) and token.column > opened.column:
                return index
    return None
