"""Repairs judged by what comes after them: one slip that explains two mistakes is likelier than two mistakes.

A pattern says best what is wrong, but sees only a few tokens ahead. Where its repair would soon get stuck again, or
would leave brackets without partners, others are tried: correct a misspelt word, exchange two tokens, leave one out,
put one in, take one for another. Where nobody knows what is wrong, the item or the blocks around it may be left
out, too; what is left out is not read, and may not hide a second mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from kspec.syntax.recovery.expected import description
from kspec.syntax.recovery.generic import skip_item
from kspec.syntax.recovery.layout import block_end
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import CLOSERS, Scene
from kspec.syntax.tokens import Token

_SIGHT = 3_000
"""How many tokens are looked at behind a mistake."""
_PATIENCE = 40_000
"""How many tokens are read in all trials for one mistake."""
_BACK = 8
"""How many tokens before the found one may be to blame."""
_BLOCKS = 3
"""How many of the blocks around a mistake may be left out."""
_GAIN = 12
"""How many tokens more than the first repair another must make readable."""
_NEAR = 24
"""How far behind a mistake that has a name the next one makes doubtful that there are two."""
_ALONE = 1_000
"""To leave a bracket without its partner is as bad as to leave so many tokens unread."""
_SIGNS = ("}", "{", ")", "(", "]", "[", ":", ",", "..", "->", "=", "==", "&&")
_TEXTS = {"NAME": "_", "STRING": '""', "NUMBER": "0", "_NULL": "null"}
_MEANT = {"NAME": "a name", "STRING": "a text in quotes", "NUMBER": "a number", "_NULL": "a value"}


@dataclass(frozen=True, slots=True)
class _Slip:
    """A repair of one slip of the pen: of the tokens from `start` to `stop`, in words."""

    edit: Edit
    start: int
    stop: int
    message: str
    help: str


def farsighted(scene: Scene, mistake: Mistake, *, guess: bool) -> Mistake:
    """The mistake, with the repair after which most can be read.

    What is said of a `guess` stays; of a mistake with a name it becomes what the better repair says.
    """
    first = scene.progress(mistake.edits, _SIGHT)
    left = _alone(scene, mistake.edits)
    if not left and (first >= _SIGHT or (not guess and (first > _NEAR or mistake.habit is not None))):
        return mistake
    best: _Slip | Edit | None = None
    reached, patience = first - _ALONE * left + _GAIN, _PATIENCE
    for trial in _trials(scene, guess=guess):
        edit = trial.edit if isinstance(trial, _Slip) else trial
        got, alone = scene.progress((edit,), _SIGHT), _alone(scene, (edit,))
        left_out = max(edit.stop - max(edit.start, scene.index), 0) if edit.stop - edit.start > 1 else 0
        worth = got - left_out - _ALONE * alone
        if got > _GAIN and worth > reached and not _GAIN < first < left_out:
            best, reached = trial, worth
        patience -= scene.index - edit.start + max(got, 10)
        if patience < 0 or (got >= _SIGHT and best is trial and alone == 0):
            break
    match best:
        case None:
            return mistake
        case _Slip(edit, start, stop, message, help) if not guess:
            return Mistake(message, scene.span(start, stop), help, (edit,))
        case _Slip(edit) | (Edit() as edit):
            return replace(mistake, edits=(edit,))


def _alone(scene: Scene, edits: Sequence[Edit]) -> int:
    """How many brackets would have no partner after edits."""
    surplus = dict(scene.brackets.surplus)
    openers = {closer: opener for opener, closer in CLOSERS.items()}
    for edit in edits:
        for sign, tokens in ((-1, scene.tokens[edit.start : edit.stop]), (1, edit.tokens)):
            for token in tokens:
                if token.kind in CLOSERS:
                    surplus[token.kind] += sign
                elif token.kind in openers:
                    surplus[openers[token.kind]] -= sign
    return sum(abs(count) for count in surplus.values())


def _trials(scene: Scene, *, guess: bool) -> Iterator[_Slip | Edit]:
    """Other repairs, the likeliest first."""
    near = range(scene.index, max(scene.index - _BACK, -1), -1)
    heads = (scene.item(bracket.index) for bracket in reversed(scene.brackets.opened[-_BLOCKS:]))
    places = tuple(dict.fromkeys((*near, *heads)))
    yield from _misspelt(scene)
    for at in places:
        yield from _one_less(scene, at)
    for at in places:
        yield from _one_more(scene, at)
    if guess:
        yield skip_item(scene)
        for bracket in reversed(scene.brackets.opened[-_BLOCKS:]):
            start = scene.item(bracket.index)
            yield Edit(start, block_end(scene, bracket, scene.indentation(start)))


def _misspelt(scene: Scene) -> Iterator[_Slip]:
    """The word that an item begins with, or one before the found token, as a word of the language."""
    for at in dict.fromkeys((scene.item(), scene.index, scene.index - 1, scene.index - 2)):
        token = scene.at(at)
        if at < 0 or token.kind != "NAME" or token.word is not None:
            continue
        for word in get_close_matches(token.text, scene.table.words, 2, 0.7):
            if scene.accepts(scene.table.words[word], at):
                edit = Edit(at, at + 1, (_keyword(scene, word, token),))
                yield _Slip(edit, at, at + 1, f"expected `{word}`, found `{token.text}`", f"did you mean `{word}`?")


def _one_less(scene: Scene, at: int) -> Iterator[_Slip]:
    """Without a token, or with two exchanged."""
    end, token = len(scene.tokens) - 1, scene.at(at)
    if at >= end:
        return
    found = description(token)
    twice = at > 0 and scene.tokens[at - 1].text == token.text
    message = f"{found} stands here twice" if twice else f"{found} is out of place"
    yield _Slip(Edit(at, at + 1), at, at + 1, message, "remove one of them" if twice else "remove it")
    if at + 1 < end:
        following = scene.tokens[at + 1]
        message = f"`{token.text}` and `{following.text}` stand in the wrong order"
        help = f"write `{following.text} {token.text}`"
        yield _Slip(Edit(at, at + 2, (following, token)), at, at + 2, message, help)


def _one_more(scene: Scene, at: int) -> Iterator[_Slip]:
    """With a sign, a value or a word of the language put in, or in the place of a token."""
    end, token, beside = len(scene.tokens) - 1, scene.at(at), scene.at(at - 1)
    behind = f" after {description(beside)}" if at > 0 else ""
    for new, words in _tokens(scene, at):
        yield _Slip(
            Edit(at, at, (new,)), at, at + 1, f"{words} is missing before {description(token)}", f"add it{behind}"
        )
        if at < end:
            message = f"expected {words}, found {description(token)}"
            yield _Slip(Edit(at, at + 1, (new,)), at, at + 1, message, f"write {words}")


def _tokens(scene: Scene, at: int) -> Iterator[tuple[Token, str]]:
    """Tokens that could stand before token `at`, and what they are called."""
    beside = scene.at(at - 1)
    for kind in (*_SIGNS, *_TEXTS):
        if scene.accepts(kind, at):
            yield made(kind, _TEXTS.get(kind, kind), beside), _MEANT.get(kind, f"`{kind}`")
    for word, kind in scene.table.words.items():
        if kind not in _TEXTS and scene.accepts(kind, at):
            yield _keyword(scene, word, scene.at(at)), f"`{word}`"


def _keyword(scene: Scene, word: str, place: Token) -> Token:
    token = instead("NAME", word, place)
    token.word = scene.table.words[word]
    return token
