"""The comments of a YAML text, each with the part of a document that it is about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from yaml.events import ScalarEvent

from kspec.source.text import SourceFile
from kspec.source.tree import Path
from kspec.source.yaml.document import Document, NodeOrigin, Within
from kspec.source.yaml.events import Events, YamlError, end, start
from kspec.source.yaml.nodes import ListNode, MappingNode, Node
from kspec.source.yaml.split import split


class Where(Enum):
    """How a comment stands to what it is about."""

    ABOVE = "above"
    BEHIND = "behind"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` on, and the path in its document that it is about."""

    text: str
    where: Where
    path: Path
    gap: bool = False
    """Whether an empty line follows, as behind the head of a file."""


@dataclass(frozen=True, slots=True)
class _Remark:
    text: str
    start: int
    column: int
    alone: bool
    """Whether nothing else stands on its line."""
    gap: bool


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The key or item that a path starts with in the text."""

    start: int
    column: int
    path: Path


def comments(source: SourceFile, documents: Sequence[Document]) -> list[tuple[Comment, ...]]:
    """The comments of each document of a file, in order. What stands between two documents is about the second one."""
    found: list[list[Comment]] = [[] for _ in documents]
    if "#" not in source.text:
        return [()] * len(documents)
    remarks = list(_remarks(source.text))
    begins = [r.start for r in remarks]
    after = 0
    for chunk in split(source.text):
        until = chunk.start + len(chunk.text)
        own = remarks[bisect_left(begins, after) : bisect_left(begins, until)]
        after = until
        here = [i for i, d in enumerate(documents) if (tree := _tree(d)) is not None and tree.base == chunk.start]
        tree = _tree(documents[here[0]]) if here else None
        if tree is None or tree.root is None:
            continue
        for comment in _placed(own, _anchors(source.text, tree)):
            number, path = _document(documents, here, comment.path)
            found[number].append(replace(comment, path=path))
    if documents:
        found[-1] += [Comment(r.text, Where.BELOW, ()) for r in remarks if r.start >= after]
    return [tuple(own) for own in found]


def _tree(document: Document) -> NodeOrigin | None:
    origin = document.origin
    while isinstance(origin, Within):
        origin = origin.outer
    return origin if isinstance(origin, NodeOrigin) else None


def _document(documents: Sequence[Document], among: Sequence[int], path: Path) -> tuple[int, Path]:
    """Which of the documents of one text a path leads into, and the path in it; what is outside goes to the first."""
    for number in among:
        origin = documents[number].origin
        prefix = origin.prefix if isinstance(origin, Within) else ()
        if path[: len(prefix)] == prefix:
            return number, path[len(prefix) :]
    return among[0], ()


def _remarks(text: str) -> Iterator[_Remark]:
    """All comments: what stands behind a `#` that is in no value."""
    position = 0
    for chunk in split(text):
        yield from _between(text, position, chunk.start, [])
        position = chunk.start + len(chunk.text)
        yield from _between(text, chunk.start, position, _scalars(chunk.text))
    yield from _between(text, position, len(text), [])


_COMMENT = re.compile(r"(?:^|(?<=\s))(#[^\n]*)", re.MULTILINE)


def _between(text: str, begin: int, until: int, scalars: Sequence[tuple[int, int]]) -> Iterator[_Remark]:
    """The comments of a stretch whose scalars stand at these offsets in it."""
    ends = [e for _, e in scalars]
    for match in _COMMENT.finditer(text, begin, until):
        index = bisect_right(ends, match.start(1) - begin)
        if index == len(scalars) or scalars[index][0] > match.start(1) - begin:
            yield _remark(text, match.start(1), match[1])


def _remark(text: str, at: int, words: str) -> _Remark:
    begin = text.rfind("\n", 0, at) + 1
    behind = text[at + len(words) : at + len(words) + 200]
    return _Remark(words.rstrip(), at, at - begin, not text[begin:at].strip(), _EMPTY_LINE.match(behind) is not None)


_EMPTY_LINE = re.compile(r"\r?\n[ \t]*\r?(?:\n|\Z)")


def _scalars(text: str) -> list[tuple[int, int]]:
    """Where the values and keys of a document stand; the header of a block scalar is none of its value."""
    events, found = Events(text), []
    try:
        while (event := events.next()) is not None:
            if isinstance(event, ScalarEvent) and end(event) > start(event):
                begin = start(event)
                if event.style in ("|", ">"):
                    begin = text.find("\n", begin)
                if 0 <= begin < end(event):
                    found.append((begin, end(event)))
    except YamlError:
        pass
    return found


def _anchors(text: str, origin: NodeOrigin) -> list[_Anchor]:
    """The keys and items of a document in the order in which they stand."""
    found: list[_Anchor] = []
    seen: set[int] = set()

    def visit(node: Node, path: Path) -> None:
        match node:
            case MappingNode() if id(node.entries) not in seen:
                seen.add(id(node.entries))
                for entry in node.entries:
                    if entry.key is not None:
                        anchor(entry.extent[0], (*path, entry.key))
                        visit(entry.value, (*path, entry.key))
            case ListNode() if id(node.items) not in seen:
                seen.add(id(node.items))
                for index, item in enumerate(node.items):
                    anchor(item.start, (*path, index))
                    visit(item, (*path, index))
            case _:
                pass

    def anchor(offset: int, path: Path) -> None:
        at = origin.base + offset
        found.append(_Anchor(at, at - text.rfind("\n", 0, at) - 1, path))

    assert origin.root is not None
    visit(origin.root, ())
    return sorted(found, key=lambda a: (a.start, len(a.path)))


def _placed(remarks: Sequence[_Remark], anchors: Sequence[_Anchor]) -> Iterator[Comment]:
    """Each comment with what it is about: behind, what starts on its line; alone, what follows.

    A comment further right than what follows ends the part before it.
    """
    starts = [a.start for a in anchors]
    for remark in remarks:
        index = bisect_left(starts, remark.start)
        before = anchors[index - 1] if index else None
        after = anchors[index] if index < len(anchors) else None
        if not remark.alone and before is not None:
            yield Comment(remark.text, Where.BEHIND, before.path)
        elif after is not None and (before is None or remark.column <= after.column):
            yield Comment(remark.text, Where.ABOVE, after.path, remark.gap)
        elif before is not None:
            yield Comment(remark.text, Where.BELOW, _sibling(anchors, index, remark.column))
        else:
            yield Comment(remark.text, Where.ABOVE, ())


def _sibling(anchors: Sequence[_Anchor], index: int, column: int) -> Path:
    """The path of the part before a place that starts in a column, or of the innermost one that starts left of it."""
    if column <= anchors[0].column:
        return ()
    path = anchors[index - 1].path
    around = [a for a in anchors[:index] if path[: len(a.path)] == a.path]
    fitting = [a for a in around if a.column <= column]
    return fitting[-1].path if fitting else ()
