"""Where the parts of a document stand: a light tree of offsets, read from the text when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kspec.source.yaml.events import Events, end, start
from kspec.source.yaml.scalars import BadScalar, Dialect, key_text, resolve, resolve_tagged

_Extent = tuple[int, int]


class Node:
    """A value's extent in the text, in characters. The end of a list or mapping is the end of its last part."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    @property
    def extent(self) -> _Extent:
        return self.start, self.end

    def child(self, part: str | int) -> tuple[Node, _Extent] | None:
        """The part of that name or index, and the extent of its key (of the part itself in a list)."""
        return None


class ListNode(Node):
    """A list with its items."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.items: list[Node] = []

    def child(self, part: str | int) -> tuple[Node, _Extent] | None:
        if isinstance(part, int) and 0 <= part < len(self.items):
            return self.items[part], self.items[part].extent
        return None


class MappingNode(Node):
    """A mapping with its entries in the order in which they stand, repeated keys and merges included."""

    __slots__ = ("entries",)

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.entries: list[Entry] = []

    def child(self, part: str | int) -> tuple[Node, _Extent] | None:
        """The entry in force: the last of its name, where a merge counts as an entry for each of its keys."""
        for entry in reversed(self.entries):
            if entry.key is None:
                sources = entry.value.items if isinstance(entry.value, ListNode) else [entry.value]
                for source in sources:
                    if found := source.child(part):
                        return found
            elif entry.key == part:
                return entry.value, entry.extent
        return None

    def repeated(self) -> Iterator[tuple[Entry, Entry, str]]:
        """The keys that are set again: the entry before, the entry that sets it again, the key."""
        seen: dict[str, Entry] = {}
        for entry in self.entries:
            for key in entry.names():
                if key in seen and not (entry.key is None and seen[key].key is None):
                    yield seen[key], entry, key
                seen[key] = entry


class Entry:
    """A key with its value; `key` is None for a merge."""

    __slots__ = ("extent", "key", "value")

    def __init__(self, key: str | None, extent: _Extent, value: Node) -> None:
        self.key = key
        self.extent = extent
        self.value = value

    def names(self) -> list[str]:
        """The keys this entry sets in its mapping."""
        if self.key is not None:
            return [self.key]
        sources = self.value.items if isinstance(self.value, ListNode) else [self.value]
        return [n for s in sources if isinstance(s, MappingNode) for e in s.entries for n in e.names()]


def read_nodes(text: str, dialect: Dialect = Dialect.KUBECTL) -> Node | None:
    """The tree of the first document of a text that `read_value` could read."""
    return _Reader(text, dialect).read()


class _Reader:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self._events = Events(text)
        self._dialect = dialect
        self._anchors: dict[str, Node] = {}
        self._keys: dict[str, str] = {}

    def read(self) -> Node | None:
        while (event := self._events.next()) is not None:
            match event:
                case DocumentEndEvent():
                    return None
                case ScalarEvent() | MappingStartEvent() | SequenceStartEvent():
                    return self._node(event)
                case _:
                    pass
        return None

    def _next(self) -> Event:
        event = self._events.next()
        assert event is not None
        return event

    def _node(self, event: Event) -> Node:
        match event:
            case AliasEvent(anchor=str(name)):
                return _alias(self._anchors[name], start(event), end(event))
            case ScalarEvent():
                node = Node(start(event), end(event))
            case MappingStartEvent():
                node = self._mapping(event)
            case SequenceStartEvent():
                node = self._list(event)
            case _:
                raise AssertionError(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
            if isinstance(event, ScalarEvent):
                self._keys[event.anchor] = self._text(event)
        return node

    def _list(self, event: SequenceStartEvent) -> ListNode:
        node = ListNode(start(event), end(event))
        while not isinstance(step := self._next(), SequenceEndEvent):
            node.items.append(self._node(step))
            node.end = max(node.end, node.items[-1].end)
        if event.flow_style:
            node.end = end(step)
        return node

    def _mapping(self, event: MappingStartEvent) -> MappingNode:
        node = MappingNode(start(event), end(event))
        while not isinstance(step := self._next(), MappingEndEvent):
            key, extent = self._key(step), (start(step), end(step))
            node.entries.append(Entry(key, extent, self._node(self._next())))
            node.end = max(node.end, extent[1], node.entries[-1].value.end)
        if event.flow_style:
            node.end = end(step)
        return node

    def _key(self, event: Event) -> str | None:
        """The key's text as kubectl has it, None for a merge."""
        if isinstance(event, AliasEvent):
            return self._keys[event.anchor or ""]
        assert isinstance(event, ScalarEvent)
        if _is_plain(event) and event.value == "<<":
            return None
        if event.anchor is not None:
            self._anchors[event.anchor] = Node(start(event), end(event))
            self._keys[event.anchor] = self._text(event)
        return self._text(event)

    def _text(self, event: ScalarEvent) -> str:
        """The text of a scalar that is a key."""
        try:
            if _is_plain(event):
                return key_text(resolve(event.value, self._dialect))
            return event.value if event.tag is None else key_text(resolve_tagged(event.tag, event.value))
        except BadScalar:
            return event.value


def _is_plain(event: ScalarEvent) -> bool:
    return event.implicit[0] and event.tag in (None, "!")


def _alias(target: Node, at: int, until: int) -> Node:
    """A node that stands where the alias stands and has the parts of what it stands for."""
    match target:
        case MappingNode():
            mapping = MappingNode(at, until)
            mapping.entries = target.entries
            return mapping
        case ListNode():
            sequence = ListNode(at, until)
            sequence.items = target.items
            return sequence
        case _:
            return Node(at, until)
