"""Documents as they were read, and the answers to where their parts stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span
from kspec.source.tree import Object, Origin, Path
from kspec.source.yaml.nodes import Entry, ListNode, MappingNode, Node
from kspec.source.yaml.places import Places


class Repeat(Enum):
    """How a key comes to be set twice. To the API server's strict reading all of them are mistakes."""

    WRITTEN_TWICE = "written twice"
    OVERRIDES_MERGE = "overrides what `<<` brought"
    REPLACED_BY_MERGE = "replaced by what a later `<<` brings"


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A key that a mapping sets twice. `path` leads to the value.

    `line` is where the value that comes second starts, 1-based and counted in the document, as in the API server's
    message `line 8: key "replicas" already set in map`.
    """

    path: Path
    repeat: Repeat
    line: int
    first: Span
    again: Span

    @property
    def key(self) -> str:
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Document:
    """One Kubernetes object as it was written: `value` has `apiVersion` and `kind`. `line` is where it starts."""

    value: Object
    origin: Origin = field(compare=False, repr=False)
    file: str
    line: int
    duplicates: tuple[DuplicateKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A document that is neither YAML nor JSON. `go_message` is what kubectl and the API server say of it."""

    text: str
    file: str
    line: int
    go_message: str
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file had to say."""

    documents: tuple[Document, ...] = ()
    broken: tuple[Broken, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class NodeOrigin:
    """Answers from the tree of nodes, which is read when the first question comes."""

    def __init__(self, places: Places, base: int, read: Callable[[], Node | None]) -> None:
        self._places = places
        self._base = base
        self._read = read

    @cached_property
    def root(self) -> Node | None:
        """The document's tree; its offsets count from the document's start."""
        return self._read()

    @property
    def base(self) -> int:
        """The offset of the document in its file."""
        return self._base

    def at(self, path: Path) -> Span | None:
        node, key, found = self._find(path)
        if node is None:
            return None
        if node.start == node.end and key is not None and found == len(path):
            return self._span(key)
        return self._span(node.extent)

    def key(self, path: Path) -> Span | None:
        node, key, found = self._find(path)
        if node is None:
            return None
        return self._span(key if key is not None and found == len(path) else node.extent)

    def _find(self, path: Path) -> tuple[Node | None, tuple[int, int] | None, int]:
        """The node at `path` or the nearest around it, its key, and how many parts of the path lead to it."""
        node, key = self.root, None
        if node is None:
            return None, None, 0
        for depth, part in enumerate(path):
            child = node.child(part)
            if child is None:
                return node, key, depth
            node, key = child
        return node, key, len(path)

    def _span(self, extent: tuple[int, int]) -> Span:
        return self._places.span(self._base + extent[0], self._base + extent[1])

    def line(self, offset: int) -> int:
        """The line in the file of an offset in the document."""
        return self._places.line(self._base + offset)

    def span(self, start: int, end: int) -> Span:
        """The span of a stretch of the document."""
        return self._span((start, end))


@dataclass(frozen=True, slots=True)
class Within:
    """The origin of a part of a document, such as an item of a List."""

    outer: Origin
    prefix: Path

    def at(self, path: Path) -> Span | None:
        return self.outer.at(self.prefix + path)

    def key(self, path: Path) -> Span | None:
        return self.outer.key(self.prefix + path)


def duplicates(origin: NodeOrigin) -> tuple[DuplicateKey, ...]:
    """All keys of a document that are set twice, in the order in which they stand."""
    out: list[DuplicateKey] = []
    first_line = origin.line(0)
    seen: set[int] = set()

    def visit(node: Node, path: Path) -> None:
        match node:
            case ListNode():
                for index, item in enumerate(node.items):
                    visit(item, (*path, index))
            case MappingNode() if id(node.entries) not in seen:
                seen.add(id(node.entries))
                for before, again, key in node.repeated():
                    line = origin.line(again.value.start) - first_line + 1
                    first, second = origin.span(*before.extent), origin.span(*again.extent)
                    out.append(DuplicateKey((*path, key), _repeat(before, again), line, first, second))
                for entry in node.entries:
                    if entry.key is not None:
                        visit(entry.value, (*path, entry.key))

    if origin.root is not None:
        visit(origin.root, ())
    return tuple(out)


def _repeat(before: Entry, again: Entry) -> Repeat:
    if again.key is None:
        return Repeat.REPLACED_BY_MERGE
    return Repeat.OVERRIDES_MERGE if before.key is None else Repeat.WRITTEN_TWICE
