"""What the words of a text are, for editors that colour them: keys, kinds, names and what those stand for.

A word is what the tree of the text makes of it, so that a field called `env` or `state` is no word of the language.
In a text that cannot be read the words are what they look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache

from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.symbols import Occurrence, Sort
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.reader import lexer
from kspec.syntax.tokens import Token


class Colour(Enum):
    """What a word is; the values are the protocol's names."""

    KEYWORD = "keyword"
    KIND = "type"
    KEY = "property"
    PARAMETER = "parameter"
    VALUE = "variable"
    FUNCTION = "function"
    MODULE = "macro"
    ENUM = "enum"
    MEMBER = "enumMember"
    GROUP = "namespace"
    OBJECT = "class"
    STATEMENT = "event"
    ATTRIBUTE = "decorator"
    TEXT = "string"
    NUMBER = "number"
    COMMENT = "comment"


_OF_SORT = {
    Sort.PARAM: Colour.PARAMETER,
    Sort.LET: Colour.VALUE,
    Sort.FN: Colour.FUNCTION,
    Sort.DEFINE: Colour.MODULE,
    Sort.ENUM: Colour.ENUM,
    Sort.MEMBER: Colour.MEMBER,
    Sort.ENV: Colour.GROUP,
    Sort.ALIAS: Colour.GROUP,
    Sort.LOCAL: Colour.VALUE,
    Sort.OBJECT: Colour.OBJECT,
    Sort.NAMESPACE: Colour.GROUP,
    Sort.STATEMENT: Colour.STATEMENT,
}


@dataclass(frozen=True, slots=True, order=True)
class Coloured:
    """A stretch of one line. Lines and columns count from 1; `declares` tells where a name is introduced."""

    line: int
    column: int
    end: int
    colour: Colour
    declares: bool = False


def colours(text: str, file: n.File | None, names: Iterable[Occurrence], kinds: Kinds) -> list[Coloured]:
    """The words of a text in order, none over another. `file` is its tree, `names` are the names in it."""
    found: dict[tuple[int, int], Coloured] = {}
    for one in (*_looks(text), *_reads(file, kinds), *map(_named, names)):
        found[one.line, one.column] = one
    return list(_apart(sorted(found.values(), key=lambda c: (c.line, c.column))))


def _looks(text: str) -> Iterator[Coloured]:
    """What the tokens look like."""
    lexed = lexer().cut(text)
    for comment in lexed.comments:
        yield Coloured(comment.line, comment.column, comment.end_column, Colour.COMMENT)
    for token in lexed.tokens:
        if token.kind in ("STRING", "TEXT"):
            yield from _lines(token, text)
        elif token.kind == "NUMBER":
            yield Coloured(token.line, token.column, token.end_column, Colour.NUMBER)
        elif token.word is not None:
            yield Coloured(token.line, token.column, token.end_column, Colour.KEYWORD)


def _lines(token: Token, text: str) -> Iterator[Coloured]:
    """A text, line by line."""
    rows = text[token.start : token.end].split("\n")
    for number, row in enumerate(rows):
        start = token.column if number == 0 else 1
        if row:
            yield Coloured(token.line + number, start, start + len(row), Colour.TEXT)


def _reads(file: n.File | None, kinds: Kinds) -> Iterator[Coloured]:
    """What the tree says of words; what is around comes before what is inside."""
    waiting: list[object] = [file]
    while waiting:
        match waiting.pop():
            case tuple() as several:
                waiting += reversed(several)
            case n.Node() as node:
                yield from _node(node, kinds)
                waiting += [getattr(node, name) for name in reversed(_parts(type(node).__name__))]
            case _:
                pass


def _node(node: n.Node, kinds: Kinds) -> Iterator[Coloured]:
    match node:
        case n.Block(word, label):
            kind = kinds.by_word(word.text) if label is not None else None
            yield _at(word.span, Colour.KIND if kind is not None or word.text in ("cluster", "ns") else Colour.KEY)
        case n.Resource_(_, kind):
            yield _at(kind.span, Colour.KIND)
        case n.LabelField(word):
            yield _at(word.span, Colour.KEY)
        case n.Entry(key) | n.SelectorEntry(key) | n.Named(key):
            yield _at(key.span, Colour.KEY)
        case n.Attribute(_, name):
            yield _at(name.span, Colour.KEY)
        case n.PathRef(parts):
            yield from (_key(part) for part in parts if isinstance(part, n.Key))
        case n.Reference(kind):
            yield _kind(node.span, kind)
        case n.Attr(name):
            span = name.span
            yield Coloured(span.line, span.column - 1, span.end_column, Colour.ATTRIBUTE)
        case n.Type(name):
            yield _kind(node.span, name)
        case n.Call(n.Name(name), _):
            yield _kind(node.span, name, Colour.FUNCTION)
        case n.Match(named):
            yield from (_at(kind.span, Colour.KIND) for kind in named)
        case n.Name(text):
            yield _at(node.span, Colour.MEMBER if text[:1].isupper() else Colour.VALUE)
        case _:
            pass


def _key(part: n.Key) -> Coloured:
    """A key of a path; of `hpa/web` only the kind, because the rest is a name."""
    kind, slash, _ = part.text.partition("/")
    return _kind(part.span, kind) if slash and not part.quoted and "." not in kind else _at(part.span, Colour.KEY)


def _kind(span: Span, word: str, colour: Colour = Colour.KIND) -> Coloured:
    """The word that a stretch of text begins with."""
    return Coloured(span.line, span.column, span.column + len(word), colour)


def _at(span: Span, colour: Colour) -> Coloured:
    return Coloured(span.line, span.column, span.end_column, colour)


def _named(found: Occurrence) -> Coloured:
    span = found.span
    return Coloured(span.line, span.column, span.end_column, _OF_SORT[found.symbol.sort], found.declares)


def _apart(found: Iterable[Coloured]) -> Iterator[Coloured]:
    """Cut what is around something else: a text is coloured between its holes' names."""
    open: list[Coloured] = []
    for one in found:
        while open and (open[-1].line != one.line or open[-1].end <= one.column):
            yield from _rest(open.pop())
        if open:
            outer = open.pop()
            if outer.column < one.column:
                yield Coloured(outer.line, outer.column, one.column, outer.colour, outer.declares)
            if outer.end > one.end:
                open.append(Coloured(outer.line, one.end, outer.end, outer.colour, outer.declares))
        open.append(one)
    while open:
        yield from _rest(open.pop())


def _rest(one: Coloured) -> Iterator[Coloured]:
    if one.end > one.column:
        yield one


@cache
def _parts(kind: str) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes."""
    return tuple(f.name for f in fields(getattr(n, kind)) if f.name != "span")
