"""The last resort: what was expected and what was found, and the smallest repair that lets reading go on."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.syntax.recovery.expected import description, expectation
from kspec.syntax.recovery.mistake import Edit, Mistake, made
from kspec.syntax.recovery.scene import CLOSERS, REACH, Scene
from kspec.syntax.table import END

_LIMIT = 8
_PUNCTUATION = (":", ",", "]", ")", "}", "{", "(", "[", "=", "->", "..")
_WORDS = ("_TO", "_IN", "_THEN", "_ELSE", "_ON")


def unexpected(scene: Scene) -> Mistake:
    """A token that nobody has a better word for."""
    cost, edit, help = _repair(scene)
    found = description(scene.token, whole=scene.whole)
    message = f"expected {expectation(scene.table, scene.expected)}, found {found}"
    missing = cost < 1 and scene.opens_line(scene.index)
    return Mistake(message, scene.gap() if missing else scene.span(), help, (edit,))


def _repair(scene: Scene) -> tuple[float, Edit, str | None]:
    """The repair that reads furthest, the cheapest of those; skipping to the next item if none reads far enough."""
    best: tuple[float, float, Edit, str | None] | None = None
    for cost, edit, help in _candidates(scene):
        reached = scene.progress((edit,), _LIMIT)
        if reached >= REACH and (best is None or reached - cost > best[0] - best[1]):
            best = reached, cost, edit, help
    if best is not None:
        return best[1:]
    return 9, skip_item(scene), None


def _candidates(scene: Scene) -> Iterator[tuple[float, Edit, str | None]]:
    """Repairs of one token at or before the found one, with their costs."""
    index, before = scene.index, scene.before
    for kind in _PUNCTUATION:
        if scene.accepts(kind):
            yield 0, Edit(index, index, (made(kind, kind, before),)), f"add `{kind}` after {description(before)}"
    for kind in _WORDS:
        if scene.accepts(kind):
            word = next(w for w, terminal in scene.table.words.items() if terminal == kind)
            yield 0.5, Edit(index, index, (made(kind, word, before),)), f"add `{word}` after {description(before)}"
    if scene.token.kind != END:
        yield 1, Edit(index, index + 1), f"remove {description(scene.token)}"
    if scene.accepts("_NULL"):
        yield 2, Edit(index, index, (made("_NULL", "null", before),)), "write the value that is missing"
    if scene.accepts("NAME"):
        yield 2, Edit(index, index, (made("NAME", "_", before),)), "write the name that is missing"


def skip_item(scene: Scene) -> Edit:
    """Leave out the item that cannot be read, from its start to where the next one or the end of the block is."""
    start = scene.item()
    column = scene.indentation(start)
    depth = 0
    for index in range(start, len(scene.tokens)):
        token = scene.tokens[index]
        if token.kind == END:
            return Edit(start, index)
        if index > scene.index or (index == scene.index and index > start):
            outside = scene.opens_line(index) and token.column <= column
            closes = depth == 0 and token.kind in CLOSERS.values()
            if closes or (outside and (depth == 0 or token.column < column)):
                return Edit(start, index)
        if token.kind in CLOSERS:
            depth += 1
        elif token.kind in CLOSERS.values():
            depth = max(depth - 1, 0)
    raise AssertionError("the tokens have no end")
