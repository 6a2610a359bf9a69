"""One YAML document as JSON-shaped data, in one pass over the events.

Where things stand is not kept: `kspec.source.yaml.nodes` reads the text again for the few documents somebody asks
about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kspec.source.tree import Json
from kspec.source.yaml.ambiguity import ambiguous_key, ambiguous_value
from kspec.source.yaml.anchors import Anchored, Anchors, check_depth
from kspec.source.yaml.events import Events, YamlError, end, start
from kspec.source.yaml.scalars import BadScalar, Dialect, key_text, resolve, resolve_tagged, to_json


@dataclass(slots=True)
class Value:
    """A document's value and what was odd about it.

    `found` is false for a text without any document. `repeats` tells that some key is set twice. `ambiguous` has the
    offsets of surprising scalars with what is surprising. `trailing` is where text follows that kubectl never reads.
    """

    value: Json = None
    found: bool = False
    repeats: bool = False
    trailing: int | None = None
    ambiguous: list[tuple[int, int, str]] = field(default_factory=list)


class _Merge:
    """Stands where a key would: the value is merged into the mapping."""


_MERGE = _Merge()


class _Frame:
    """A list or mapping that is being filled. `key` is the pending key of a mapping."""

    __slots__ = ("anchor", "container", "height", "key", "mapping", "nodes")

    def __init__(self, container: list[Json] | dict[str, Json], anchor: str | None, nodes: int) -> None:
        self.container = container
        self.mapping = isinstance(container, dict)
        self.anchor = anchor
        self.nodes = nodes
        self.height = 1
        self.key: str | _Merge | None = None

    @property
    def wants_key(self) -> bool:
        return self.key is None and self.mapping


def read_value(text: str, dialect: Dialect = Dialect.KUBECTL) -> Value:
    """The first document of `text`. Raises `YamlError` where kubectl would not read it."""
    return _Reader(text, dialect).read()


class _Reader:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self._events = Events(text)
        self._dialect = dialect
        self._out = Value()
        self._stack: list[_Frame] = []
        self._anchors = Anchors()

    def read(self) -> Value:
        try:
            self._read(self._events.step)
        except YAMLError as error:
            raise self._events.explain(error) from error
        if self._out.found:
            self._look_ahead()
        return self._out

    def _read(self, step: Callable[[], Event | None]) -> None:
        while (event := step()) is not None:
            match event:
                case ScalarEvent():
                    self._scalar(event)
                case MappingEndEvent() | SequenceEndEvent():
                    self._close(event)
                case MappingStartEvent():
                    self._open(event, {})
                case SequenceStartEvent():
                    self._open(event, [])
                case AliasEvent():
                    self._alias(event)
                case DocumentEndEvent():
                    return
                case _:
                    pass

    def _look_ahead(self) -> None:
        try:
            event = self._events.next()
        except YamlError as error:
            self._out.trailing = error.offset
            return
        if isinstance(event, DocumentStartEvent):
            self._out.trailing = start(event)

    def _scalar(self, event: ScalarEvent) -> None:
        self._anchors.nodes += 1
        frame = self._stack[-1] if self._stack else None
        tag = event.tag
        plain = event.implicit[0] and (tag is None or tag == "!")
        value: Json
        try:
            if frame is not None and frame.key is None and frame.mapping:
                value = self._key(event, frame, plain)
            elif plain:
                value = resolve(event.value, self._dialect)
                if value is not None and value.__class__ is not str:
                    value = to_json(value)
                    self._note(event, ambiguous_value(event.value, value, frame.key if frame else None))
                self._place(value, event)
            else:
                value = event.value if tag is None else to_json(resolve_tagged(tag, event.value))
                self._place(value, event)
        except BadScalar as error:
            raise _refuse(event, str(error)) from error
        if event.anchor is not None:
            self._anchors.close(event.anchor, Anchored(value))

    def _key(self, event: ScalarEvent, frame: _Frame, plain: bool) -> str:
        text = event.value
        if plain and text == "<<":
            frame.key = _MERGE
            return text
        if plain:
            resolved = resolve(text, self._dialect)
            key = resolved if isinstance(resolved, str) else key_text(resolved)
            if key != text:
                self._note(event, ambiguous_key(text, key))
        else:
            key = text if event.tag is None else key_text(resolve_tagged(event.tag, text))
        frame.key = key
        return key

    def _note(self, event: Event, note: str | None) -> None:
        if note is not None:
            self._out.ambiguous.append((start(event), end(event), note))

    def _open(self, event: CollectionStartEvent, container: list[Json] | dict[str, Json]) -> None:
        self._anchors.nodes += 1
        if self._stack and self._stack[-1].wants_key:
            raise _refuse(event, "a list or mapping cannot be a key")
        check_depth(len(self._stack) + 1, start(event))
        if event.anchor is not None:
            self._anchors.open(event.anchor)
        self._stack.append(_Frame(container, event.anchor, self._anchors.nodes))

    def _close(self, event: Event) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            nodes = self._anchors.nodes - frame.nodes + 1
            self._anchors.close(frame.anchor, Anchored(frame.container, nodes, frame.height))
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, frame.height + 1)
        self._place(frame.container, event)

    def _alias(self, event: AliasEvent) -> None:
        assert event.anchor is not None
        anchored = self._anchors.follow(event.anchor, start(event), len(self._stack))
        frame = self._stack[-1]
        if not frame.wants_key:
            frame.height = max(frame.height, anchored.height + 1)
            self._place(anchored.value, event)
        elif isinstance(anchored.value, list | dict):
            raise _refuse(event, "a list or mapping cannot be a key")
        else:
            try:
                frame.key = key_text(anchored.value)
            except BadScalar as error:
                raise _refuse(event, str(error)) from error

    def _place(self, value: Json, event: Event) -> None:
        if not self._stack:
            self._out.value = value
            self._out.found = True
            return
        frame = self._stack[-1]
        container = frame.container
        if isinstance(container, list):
            container.append(value)
            return
        key, frame.key = frame.key, None
        if isinstance(key, str):
            if key in container:
                self._out.repeats = True
            container[key] = value
        else:
            self._merge(value, container, event)

    def _merge(self, value: Json, container: dict[str, Json], event: Event) -> None:
        """`<<`: what is merged replaces what stands before it, and what comes after replaces it (as in go-yaml v2)."""
        for source in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(source, dict):
                message = "map merge requires map or sequence of maps as the value"
                raise _refuse(event, "`<<` takes a mapping, or a list of mappings", message)
            if not source.keys().isdisjoint(container):
                self._out.repeats = True
            container.update(source)


def _refuse(event: Event, problem: str, go_message: str | None = None) -> YamlError:
    return YamlError(problem, start(event), f"yaml: {go_message or problem}")
