"""The schema at a spot: which fields can stand there, read off the heads of the blocks around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Schema
from kspec.elaborate.objects.flat import View, field_of, flatten, item_key
from kspec.elaborate.objects.kinds import KindInfo, Kinds
from kspec.lsp.spot import Frame, Head
from kspec.lsp.words import SHORT, Short

GROUPS = frozenset({"namespace", "ns", "cluster"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a block may hold. `views` are the structs whose fields it takes; a `group` holds objects as well.

    `kind` is the object's, where the block is one; `other` tells that it is something else than objects and fields.
    """

    views: tuple[View, ...] = ()
    group: bool = False
    kind: KindInfo | None = None
    schema: Schema | None = None
    other: bool = False

    def field(self, name: str) -> tuple[View, Schema] | None:
        """The first struct that has a field, and the field's schema."""
        for view in self.views:
            schema = field_of(view.schema, name)
            if schema is not None:
                return view, schema
        return None

    def short(self, word: str) -> Short | None:
        """The short form of a word."""
        for view in self.views:
            found = SHORT.get((view.struct, word))
            if found is None and field_of(view.schema, word) is None:
                found = SHORT.get((view.struct, "*"))
            if found is not None:
                return found
        return None

    def shorts(self) -> Iterator[tuple[str, Short]]:
        """All short forms, by word."""
        structs = {view.struct for view in self.views}
        return ((word, short) for (struct, word), short in SHORT.items() if struct in structs and word != "*")


NOTHING = Shape(other=True)
TOP = Shape(group=True)
_OTHERS = frozenset({"component", "scenario", "policy", "enum", "fn", "state", "action", "sync"})


@dataclass(frozen=True, slots=True)
class Shapes:
    """Finds shapes. `modules` maps a module's name to the word of its main object."""

    kinds: Kinds
    modules: Mapping[str, str]

    def at(self, frames: tuple[Frame, ...]) -> Shape:
        """The shape inside the innermost of the open brackets."""
        shape = TOP
        for frame in frames:
            if frame.bracket != "(":
                shape = self._into(shape, frame)
        return shape

    def value(self, shape: Shape, key: Head) -> Schema | None:
        """The schema of the value behind a key."""
        if "/" in key.word:
            return self.referenced(key.word, key.parts[1:]).schema
        for part in key.parts[:-1]:
            shape = self._entered(shape, Head(part))
        found = shape.field(key.word)
        return found[1] if found is not None else None

    def _into(self, shape: Shape, frame: Frame) -> Shape:
        head = frame.head
        if shape.other:
            return NOTHING
        if frame.bracket == "[":
            schema = self.value(shape, head) if head is not None else None
            return Shape(schema=schema)
        if head is None:
            items = shape.schema.items if isinstance(shape.schema, ListSchema) else None
            return _of(items) if items is not None else shape
        if shape.group:
            return self._grouped(shape, head)
        return self._entered(shape, head)

    def _grouped(self, shape: Shape, head: Head) -> Shape:
        """A block among objects."""
        word = head.word
        if "/" in word or "/" in (head.parts or ("",))[0]:
            return self.referenced((head.parts or (word,))[0], head.parts[1:])
        if word in GROUPS or word == "env" or word == "define":
            kind = self.kinds.by_word("namespace") if word in GROUPS and word != "cluster" else None
            return replace(_object(kind), group=True)
        if word in _OTHERS:
            return NOTHING
        if word == "resource" and len(head.parts) == 4:
            return _object(self.kinds.by_name(head.parts[1], head.parts[2]))
        if word in self.modules:
            main = self.kinds.by_word(self.modules[word])
            return replace(_object(main), group=True) if main is not None else TOP
        kind = self.kinds.by_word(word)
        if kind is not None and (head.label is not None or not shape.views):
            return _object(kind)
        return self._entered(shape, head) if shape.views else NOTHING

    def _entered(self, shape: Shape, head: Head) -> Shape:
        """A block, or a map as value, inside an object."""
        if len(head.parts) > 1:
            for part in head.parts:
                shape = self._entered(shape, Head(part))
            return shape
        short = shape.short(head.word)
        if short is not None and short.block is not None:
            return self._definition(short.block)
        for name in (head.word, f"{head.word}s", f"{head.word}es"):
            found = shape.field(name)
            if found is None:
                continue
            match found[1]:
                case ListSchema(items=items):
                    return _of(items)
                case MapSchema(values=values) if head.label is not None:
                    return _of(values)
                case schema:
                    return _of(schema)
        # the name of a container, in `app.env { }`
        containers = shape.field("containers")
        if containers is not None and isinstance(containers[1], ListSchema):
            return _of(containers[1].items)
        return Shape()

    def _definition(self, name: str) -> Shape:
        if name == "[EnvVar]":
            container = self.kinds.catalogue.definition("io.k8s.api.core.v1.Container")
            return _of(container.fields["env"])
        schema = self.kinds.catalogue.definition(name)
        return Shape(flatten(schema), schema=schema)

    def referenced(self, reference: str, rest: tuple[str, ...]) -> Shape:
        """`hpa/web.spec.behavior`: inside another object."""
        word, _, path = reference.partition("/")
        kind = self.kinds.by_word(word)
        if kind is None:
            return NOTHING
        shape = _object(kind)
        names = (*path.split(".")[1:], *rest)
        for name in names:
            found = shape.field(name)
            shape = _of(found[1]) if found is not None else self._entered(shape, Head(name))
        return shape


def keyed(schema: Schema) -> bool:
    """Whether a list's items are opened by name, `container app { }`."""
    return isinstance(schema, ListSchema) and item_key(schema) is not None


def _object(kind: KindInfo | None) -> Shape:
    if kind is None or kind.schema is None:
        return Shape(kind=kind)
    return Shape(flatten(kind.schema), kind=kind, schema=kind.schema)


def _of(schema: Schema) -> Shape:
    if isinstance(schema, ObjectSchema | MapSchema):
        return Shape((View((), schema),), schema=schema)
    if isinstance(schema, ListSchema):
        return Shape((View((), schema),), schema=schema)
    return Shape(schema=schema)
