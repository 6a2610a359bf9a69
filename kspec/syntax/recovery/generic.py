"""The last resort: what was expected and what was found, and the smallest repair that lets reading go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from kspec.source.text import Span
from kspec.syntax.recovery.expected import description, expectation
from kspec.syntax.recovery.layout import balance
from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import CLOSERS, REACH, Scene
from kspec.syntax.table import END
from kspec.syntax.tokens import Fault, Token

_LIMIT = 8
_FEW = 3
_ONE = re.compile(r"`[^`]+`")
_PUNCTUATION = {":": 0.0, ",": 0.0, "{": 0.4, "=": 0.4, "]": 0.2, ")": 0.2, "(": 1.5, "[": 1.5, "->": 1.5, "..": 1.5}
_MISSING = (
    ("_NULL", "null", "write the value that is missing"),
    ("NAME", "_", "write the name that is missing"),
    ("STRING", '""', "write the text that is missing"),
    ("NUMBER", "0", "write the number that is missing"),
)


@dataclass(frozen=True, slots=True)
class _Repair:
    """An edit, its cost, what to tell the user to do, and whether it says that something is missing."""

    cost: float
    edit: Edit
    help: str | None
    missing: bool = False


def unexpected(scene: Scene) -> Mistake:
    """A token that nobody has a better word for."""
    repair = _repair(scene)
    found = description(scene.token, scene.ending)
    expected = expectation(scene.table, scene.expected, scene.ending)
    only = f"write {expected} here" if _ONE.fullmatch(expected) else None
    message = f"expected {expected}, found {found}"
    return Mistake(message, _place(scene, repair), repair.help or only, (repair.edit,), guess=True)


def _place(scene: Scene, repair: _Repair) -> Span:
    before_line = scene.opens_line(scene.index) and scene.index > 0
    return scene.gap() if scene.token.kind == END or (repair.missing and before_line) else scene.span()


def _repair(scene: Scene) -> _Repair:
    """The repair that reads furthest, the cheapest of those; skipping to the next item if none reads far enough."""
    if scene.token.fault is Fault.CHARACTER:
        return _Repair(0, Edit(scene.index, scene.line_end(scene.index + 1)), f"remove {description(scene.token)}")
    best: tuple[float, _Repair] | None = None
    for repair in _candidates(scene):
        reached = scene.progress((repair.edit,), _LIMIT)
        if reached >= REACH and (best is None or reached - repair.cost > best[0]):
            best = reached - repair.cost, repair
    return best[1] if best is not None else _Repair(9, skip_item(scene), None, missing=True)


def _candidates(scene: Scene) -> Iterator[_Repair]:
    """Repairs of one token at the found one, with their costs."""
    index, token, before = scene.index, scene.token, scene.before

    def insert(cost: float, new: Token, help: str) -> _Repair:
        return _Repair(cost, Edit(index, index, (new,)), help, missing=True)

    def replace(cost: float, new: Token, help: str) -> _Repair:
        return _Repair(cost, Edit(index, index + 1, (new,)), help)

    for kind, cost in _PUNCTUATION.items():
        if scene.accepts(kind):
            yield insert(cost, made(kind, kind, before), f"add `{kind}` after {description(before)}")
    if scene.accepts("}"):
        yield insert(0.3 if balance(scene) > 0 else 3, made("}", "}", before), f"add `}}` after {description(before)}")
    if not scene.accepts("NAME"):
        words = _words(scene)
        for word in words if len(words) <= _FEW else ():
            kind = scene.table.words[word]
            yield insert(0.5, _word(made("NAME", word, before), kind), f"add `{word}` after {description(before)}")
        for word in get_close_matches(token.text, words, 1, 0.7) if token.kind == "NAME" else ():
            kind = scene.table.words[word]
            yield replace(-1, _word(instead("NAME", word, token), kind), f"did you mean `{word}`?")
    if token.kind == "STRING" and scene.accepts("NAME"):
        yield replace(0.5, instead("NAME", "_", token), "write it without quotes")
    if token.kind in ("NAME", "REF", "QNAME") and scene.accepts("STRING") and not scene.opens_line(index):
        yield replace(0.5, instead("STRING", f'"{token.text}"', token), f'quote it: `"{token.text}"`')
    if token.kind != END:
        bracket = token.kind in CLOSERS or token.kind in CLOSERS.values()
        yield _Repair(3 if bracket else 1, Edit(index, index + 1), f"remove {description(token)}")
    for kind, text, help in _MISSING:
        if scene.accepts(kind):
            yield insert(2, made(kind, text, before), help)


def _words(scene: Scene) -> list[str]:
    return [word for word, kind in scene.table.words.items() if kind in scene.expected]


def _word(token: Token, kind: str) -> Token:
    token.word = kind
    return token


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
