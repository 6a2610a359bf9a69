"""Repairs judged by what comes after them: one after which the rest of the text can be read makes no further findings.

A pattern says best what is wrong, but sees only a few tokens ahead. Where its repair would soon get stuck again, others
are tried: leave out a token, exchange two, put one in, take one for another, leave out the item, or the blocks around
it. What is said stays; only how reading goes on changes. What is left out is not read: a repair that leaves out the
place where the first one got stuck hides a second mistake, unless that place is right beside the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.syntax.recovery.generic import skip_item
from kspec.syntax.recovery.layout import block_end
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.tokens import Token

_SIGHT = 3_000
"""How many tokens are looked at behind a mistake."""
_PATIENCE = 40_000
"""How many tokens are read in all trials for one mistake."""
_BACK = 3
"""How many tokens before the found one may be to blame."""
_BLOCKS = 3
"""How many of the blocks around a mistake may be left out."""
_GAIN = 12
"""How many tokens more than the first repair another must make readable."""
_SIGNS = ("}", "{", ")", "(", "]", "[", ":", ",", "..", "->", "=", "==", "&&")
_TEXTS = {"NAME": "_", "STRING": '""', "NUMBER": "0", "_NULL": "null"}


def farsighted(scene: Scene, mistake: Mistake) -> Mistake:
    """The mistake, with the repair after which most can be read."""
    if not mistake.edits:
        return mistake
    first = scene.progress(mistake.edits, _SIGHT)
    if first >= _SIGHT:
        return mistake
    best, reached, patience = mistake.edits, first + _GAIN, _PATIENCE
    for edit in _repairs(scene):
        got = scene.progress((edit,), _SIGHT)
        left_out = max(edit.stop - max(edit.start, scene.index), 0)
        hides = _GAIN < first < left_out
        if got - left_out > reached and not hides:
            best, reached = (edit,), got - left_out
        patience -= max(got, 10)
        if got >= _SIGHT or patience < 0:
            break
    return mistake if best is mistake.edits else replace(mistake, edits=best)


def _repairs(scene: Scene) -> Iterator[Edit]:
    """Other repairs, the smallest first."""
    places = range(scene.index, max(scene.index - _BACK, -1), -1)
    end = len(scene.tokens) - 1
    for at in places:
        if at < end:
            yield Edit(at, at + 1)
        if at + 1 < end:
            yield Edit(at, at + 2, (scene.tokens[at + 1], scene.tokens[at]))
    for at in places:
        for token in _tokens(scene, at):
            yield Edit(at, at, (token,))
            if at < end:
                yield Edit(at, at + 1, (token,))
    yield skip_item(scene)
    yield from _blocks(scene)


def _tokens(scene: Scene, at: int) -> Iterator[Token]:
    """Tokens that could stand before token `at`: signs, values, words of the language."""
    beside = scene.at(at - 1)
    for kind in (*_SIGNS, *_TEXTS):
        if scene.accepts(kind, at):
            yield made(kind, _TEXTS.get(kind, kind), beside)
    for word, kind in scene.table.words.items():
        if kind not in _TEXTS and scene.accepts(kind, at):
            token = instead("NAME", word, scene.at(at))
            token.word = kind
            yield token


def _blocks(scene: Scene) -> Iterator[Edit]:
    """The blocks around the mistake, each left out as a whole, the innermost first."""
    for bracket in reversed(scene.brackets.opened[-_BLOCKS:]):
        start = scene.item(bracket.index)
        yield Edit(start, block_end(scene, bracket, scene.indentation(start)))
