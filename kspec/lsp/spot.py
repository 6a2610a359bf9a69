"""Where in a text a position is: the blocks, lists and calls around it, and what can stand there.

Read off the tokens in front of it, so that it works in a text that is being typed and does not parse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from kspec.syntax.reader import lexer
from kspec.syntax.tokens import Token

_OPEN, _CLOSE = frozenset("{[("), frozenset("}])")
_TEXTUAL = frozenset({"NAME", "QNAME", "REF"})
_LABELS = frozenset({"NAME", "STRING", "REF"})
_CONTROL = frozenset({"_FOR", "_IF"})
_LONGEST_HEAD = 200
"""How many tokens back the head of a bracket is looked for: a module may have many arguments."""


class Wanted(Enum):
    """What is expected at a position."""

    KEY = "the word that begins a part of a block"
    VALUE = "a value"
    LABEL = "a name after a word"
    MEMBER = "a name behind a dot"
    ARGUMENT = "an argument"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in front of a bracket or a colon: `container app`, `strategy`, `web_service web(...)`."""

    word: str
    label: str | None = None
    parts: tuple[str, ...] = ()
    """The words of a longer head: `resource`, version, kind and label; the keys of a path."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A bracket that is open at a position. `head` is None where nothing names it: `if x {`, an item of a list."""

    bracket: str
    head: Head | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A position. `word` is the word under it, up to the position; `key` is the head whose value is wanted."""

    frames: tuple[Frame, ...]
    wanted: Wanted
    word: str
    key: Head | None = None
    target: str = ""


def spot_at(text: str, line: int, column: int) -> Spot | None:
    """The spot of a position (1-based); None inside strings and comments."""
    offset = offset_of(text, line, column)
    lexed = lexer().cut(until_line_end(text, offset))
    if any(c.start < offset <= c.end for c in lexed.comments):
        return None
    tokens = lexed.tokens[:-1]
    count = bisect_left([t.start for t in tokens], offset)
    before, word = tokens[:count], ""
    last = before[-1] if before else None
    if last is not None and last.end >= offset:
        if last.kind in ("STRING", "TEXT") and offset < last.end:
            return None
        if last.kind in _TEXTUAL or last.text.isalnum():
            word, before = text[last.start : offset], before[:-1]
        elif last.kind == "ERROR" and last.text[:1] in "\"'":
            return None
    return _judged(_frames(before), before, word, line)


def until_line_end(text: str, offset: int) -> str:
    """A text as far as the line of an offset goes: nothing behind it tells where the offset is."""
    end = text.find("\n", offset)
    return text if end < 0 else text[:end]


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a position (1-based) in a text; the end of the line for a column behind it."""
    start = 0
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            return len(text)
        start = found + 1
    end = text.find("\n", start)
    return min(start + column - 1, len(text) if end < 0 else end)


def _judged(frames: tuple[Frame, ...], before: Sequence[Token], word: str, line: int) -> Spot:
    last = before[-1] if before else None
    inside = frames[-1].bracket if frames else ""
    if last is None or (last.kind in "{}" and inside != "["):
        return Spot(frames, Wanted.KEY, word)
    match last.kind:
        case ".":
            target = before[-2].text if len(before) > 1 else ""
            return Spot(frames, Wanted.MEMBER, word, target=target)
        case ":":
            return Spot(frames, Wanted.VALUE, word, _head(before[:-1]))
        case "(" | ",":
            if inside == "(":
                return Spot(frames, Wanted.ARGUMENT, word)
            return Spot(frames, Wanted.KEY if inside == "{" else Wanted.VALUE, word)
        case "[":
            return Spot(frames, Wanted.VALUE, word)
        case _ if inside == "[" or inside == "(" or not _ends_value(last):
            return Spot(frames, Wanted.VALUE, word)
        case "NAME" if last.line == line and _starts_item(before[:-1]):
            return Spot(frames, Wanted.LABEL, word, Head(last.text))
        case _:
            return Spot(frames, Wanted.KEY, word)


def _frames(tokens: Sequence[Token]) -> tuple[Frame, ...]:
    open: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind in _OPEN:
            open.append(index)
        elif token.kind in _CLOSE and open:
            open.pop()
    heads = ((tokens[i], _opened(tokens[max(0, i - _LONGEST_HEAD) : i], tokens[i])) for i in open)
    return tuple(Frame(token.kind, head) for token, head in heads)


def _opened(before: Sequence[Token], bracket: Token) -> Head | None:
    """The head of a bracket."""
    if not before:
        return None
    last = before[-1]
    if last.kind == ":":
        return _head(before[:-1])
    if bracket.kind == "[":
        return None
    if bracket.kind == "(":
        return _call(before)
    if last.word == "_ELSE" or _controlled(before, bracket.line):
        return None
    if last.kind == ")":
        before = _without_brackets(before)
        if not before:
            return None
    return _head(before) if before[-1].kind in {*_LABELS, "QNAME"} else None


def _head(tokens: Sequence[Token]) -> Head | None:
    """The head that ends with the last token."""
    if not tokens:
        return None
    last, rest = tokens[-1], tokens[:-1]
    text = last.text.strip("\"'")
    if len(tokens) > 1 and tokens[-2].kind == "." and last.kind in _TEXTUAL:
        return _path(tokens)
    if len(tokens) > 3 and tokens[-4].word == "_RESOURCE":
        return Head("resource", text, tuple(t.text.strip("\"'") for t in tokens[-4:]))
    if len(tokens) > 2 and tokens[-2].word == "_EXTENDS" and len(tokens) > 3:
        return Head(tokens[-4].text, tokens[-3].text)
    if rest and last.kind in _LABELS and rest[-1].kind == "NAME" and rest[-1].line == last.line:
        if _starts_item(rest[:-1]):
            return Head(rest[-1].text, text)
    elif last.kind not in _TEXTUAL and last.kind != "STRING":
        return None
    return Head(text)


def _path(tokens: Sequence[Token]) -> Head:
    """`hpa/web.spec.replicas`, `app.env`."""
    parts = [tokens[-1].text]
    index = len(tokens) - 2
    while index > 0 and tokens[index].kind == ".":
        parts.append(tokens[index - 1].text)
        index -= 2
    return Head(parts[-1], parts=tuple(reversed(parts)))


def _call(before: Sequence[Token]) -> Head | None:
    """`f(`, `define f(`, `web_service web(`: the callable's name is the word."""
    head = _head(before)
    if head is None or before[-1].kind not in _TEXTUAL:
        return None
    return Head(head.label, None) if head.word in ("define", "fn") and head.label else head


def _without_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens in front of a pair of round brackets that ends them."""
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        depth += (tokens[index].kind == ")") - (tokens[index].kind == "(")
        if depth == 0:
            return tokens[:index]
    return ()


def _controlled(before: Sequence[Token], line: int) -> bool:
    """Whether a brace belongs to `for` or `if`."""
    for token in reversed(before):
        if token.line != line or token.kind in "{}":
            return False
        if token.word in _CONTROL:
            return True
    return False


def _starts_item(before: Sequence[Token]) -> bool:
    """Whether the token behind these begins a part of a block: it is neither a value nor a piece of one."""
    return not before or _ends_value(before[-1])


def _ends_value(token: Token) -> bool:
    """Whether a value or a block can end with a token."""
    return token.kind in {*_LABELS, "QNAME", "NUMBER", "TEXT", "}", "]", ")", "{"}
