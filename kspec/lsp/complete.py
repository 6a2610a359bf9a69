"""What can be written at a position: fields and short forms, kinds, values, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.elaborate.evaluate.scope import Alias, Binding, Enumeration, Function, Module
from kspec.elaborate.objects.scalars import is_name_field
from kspec.lsp.describe import field_page, field_text, kind_page, short_page, type_words
from kspec.lsp.shape import Shape, keyed
from kspec.lsp.spot import Spot, Wanted, spot_at
from kspec.lsp.symbols import Sort, covers
from kspec.lsp.words import DECLARATIONS
from kspec.lsp.workspace import Snapshot
from kspec.source.text import Span
from kspec.syntax import nodes as n


class Sorted(Enum):
    """What a proposal is; editors show a sign for it."""

    FIELD = "field"
    SHORT = "short form"
    KIND = "kind"
    WORD = "word"
    MODULE = "module"
    VALUE = "value"
    FUNCTION = "function"
    ENUM = "enum member"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word to write. `insert` is the text for it, `detail` a few words, `page` its documentation in Markdown."""

    word: str
    insert: str
    sort: Sorted
    detail: str = ""
    page: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """Proposals, the most fitting first, each word once. `replaced` is the word that they take the place of."""

    proposals: tuple[Proposal, ...]
    replaced: Span


def complete(snapshot: Snapshot, path: str, text: str, line: int, column: int) -> Completion:
    """What can be written at a position of a text."""
    spot = spot_at(text, line, column)
    if spot is None:
        return Completion((), Span(path, line, column, line, column))
    found: dict[str, Proposal] = {}
    for proposal in _proposals(snapshot, path, spot, line, column):
        found.setdefault(proposal.word, proposal)
    return Completion(tuple(found.values()), Span(path, line, column - len(spot.word), line, column))


def _proposals(snapshot: Snapshot, path: str, spot: Spot, line: int, column: int) -> Iterator[Proposal]:
    shape = snapshot.shapes.at(spot.frames)
    match spot.wanted:
        case Wanted.KEY if shape.other:
            return
        case Wanted.KEY:
            yield from _keys(snapshot, shape, spot)
        case Wanted.VALUE:
            schema = _expected(snapshot, shape, spot)
            yield from _values(schema)
            field = spot.key.word if spot.key is not None else ""
            yield from _objects(snapshot, field)
            yield from _names(snapshot, path, line, column)
        case Wanted.ARGUMENT:
            yield from _arguments(snapshot, path, spot)
            yield from _names(snapshot, path, line, column)
            yield from _objects(snapshot, "target")
        case Wanted.MEMBER:
            yield from _members(snapshot, path, spot, shape)
        case Wanted.LABEL:
            pass


def _expected(snapshot: Snapshot, shape: Shape, spot: Spot) -> Schema | None:
    """The schema of the value that is wanted."""
    if spot.key is not None:
        return snapshot.shapes.value(shape, spot.key)
    return shape.schema.items if isinstance(shape.schema, ListSchema) else None


# keys


def _keys(snapshot: Snapshot, shape: Shape, spot: Spot) -> Iterator[Proposal]:
    if "/" in spot.word:
        yield from _inside_reference(snapshot, spot)
        return
    for word, short in shape.shorts():
        insert = f"{word} " if short.takes_block else f"{word}: "
        yield Proposal(word, insert, Sorted.SHORT, short.example, short_page(word, short))
    yield from _fields(shape)
    if shape.group:
        yield from _declarations(snapshot, top=not spot.frames)
    if any(f.head is not None and f.head.word == "env" for f in spot.frames[:1]):
        for occurrences in snapshot.symbols.by_symbol.values():
            for found in occurrences:
                if found.declares and found.kind and found.symbol.sort is Sort.OBJECT:
                    name = f"{found.kind}/{found.symbol.name}"
                    yield Proposal(name, name, Sorted.OBJECT, "change it")


def _fields(shape: Shape) -> Iterator[Proposal]:
    for view in shape.views:
        struct = view.schema
        if not isinstance(struct, ObjectSchema):
            continue
        for name, schema in struct.fields.items():
            detail = type_words(schema) + (", required" if name in struct.required else "")
            page = field_page(view, name, schema)
            deprecated = name in struct.deprecated
            singular = _singular(name)
            if keyed(schema) and singular is not None:
                yield Proposal(singular, f"{singular} ", Sorted.FIELD, f"an item of {name}", page, deprecated)
            block = isinstance(schema, ObjectSchema)
            insert = f"{name} {{" if block else f"{name}: "
            yield Proposal(name, insert, Sorted.FIELD, detail, page, deprecated)


def _singular(name: str) -> str | None:
    """`container` of `containers`: the word that opens an item."""
    if name.endswith("sses"):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else None


def _declarations(snapshot: Snapshot, *, top: bool) -> Iterator[Proposal]:
    for module in snapshot.modules():
        word = module.name.text
        parameters = ", ".join(f"{p.name.text}: {p.type.name}" for p in module.params)
        yield Proposal(word, f"{word} ", Sorted.MODULE, f"define {word}({parameters})")
    for kind in sorted({k for _, k in snapshot.catalogue_kinds.catalogue.kinds()}):
        info = snapshot.catalogue_kinds.by_word(kind.lower())
        if info is None or info.schema is None:
            continue
        word = kind.lower()
        page = kind_page(info.schema, info.api_version, kind)
        yield Proposal(word, f"{word} ", Sorted.KIND, f"{kind} ({info.api_version})", page)
    for word, (text, example) in DECLARATIONS.items():
        if top or word in ("for", "if", "nodepool", "remove"):
            yield Proposal(word, f"{word} ", Sorted.WORD, text, f"```kspec\n{example}\n```\n\n{text}")


def _inside_reference(snapshot: Snapshot, spot: Spot) -> Iterator[Proposal]:
    """`hpa/web.re`: a field of another object."""
    before, dot, _ = spot.word.rpartition(".")
    if not dot:
        return
    shape = snapshot.shapes.referenced(before, ())
    for proposal in _fields(shape):
        word = f"{before}.{proposal.word}"
        yield Proposal(word, word, proposal.sort, proposal.detail, proposal.page, proposal.deprecated)


# values


def _values(schema: Schema | None) -> Iterator[Proposal]:
    match schema:
        case ScalarSchema(enum=enum) if enum:
            for value in enum:
                text = str(value)
                yield Proposal(text, text if text.isidentifier() else f'"{text}"', Sorted.ENUM, "a value of the field")
        case ScalarSchema(type=Scalar.BOOLEAN):
            yield Proposal("true", "true", Sorted.VALUE)
            yield Proposal("false", "false", Sorted.VALUE)
        case ObjectSchema() | MapSchema():
            yield Proposal("{ }", "{ }", Sorted.VALUE, type_words(schema))
        case ListSchema():
            yield Proposal("[ ]", "[ ]", Sorted.VALUE, type_words(schema))
        case _:
            pass


def _objects(snapshot: Snapshot, field: str) -> Iterator[Proposal]:
    """The names of objects, where a field takes some."""
    if field not in ("target", "from", "to", "class") and not is_name_field(field):
        return
    for symbol, occurrences in sorted(snapshot.symbols.by_symbol.items(), key=lambda pair: pair[0].name):
        kinds = [o.kind for o in occurrences if o.declares and o.kind]
        if symbol.sort is Sort.OBJECT and kinds:
            yield Proposal(symbol.name, symbol.name, Sorted.OBJECT, ", ".join(dict.fromkeys(kinds)))


def _names(snapshot: Snapshot, path: str, line: int, column: int) -> Iterator[Proposal]:
    text = snapshot.text(path)
    if text is None:
        return
    for define in (i for i in text.file.items if isinstance(i, n.Define | n.Fn) and covers(i.span, line, column)):
        for param in define.params:
            yield Proposal(param.name.text, param.name.text, Sorted.VALUE, f"{param.name.text}: {param.type.name}")
    for binding in text.scope.visible():
        if isinstance(binding, Enumeration):
            yield from (Proposal(m, m, Sorted.ENUM, binding.name) for m in binding.members)
        elif not isinstance(binding, Module):
            yield _name(binding)


def _name(binding: Binding) -> Proposal:
    if isinstance(binding, Function):
        parameters = ", ".join(f"{p.name.text}: {p.type.name}" for p in binding.params)
        return Proposal(binding.name, f"{binding.name}(", Sorted.FUNCTION, f"fn {binding.name}({parameters})")
    type_name = f": {binding.type.name}" if binding.type is not None else ""
    return Proposal(binding.name, binding.name, Sorted.VALUE, f"{binding.declaration or ''} {binding.name}{type_name}")


def _arguments(snapshot: Snapshot, path: str, spot: Spot) -> Iterator[Proposal]:
    head = spot.frames[-1].head if spot.frames else None
    if head is None:
        return
    params = next((m.params for m in snapshot.modules() if m.name.text == head.word), ())
    text = snapshot.text(path)
    if not params and text is not None:
        binding = text.scope.find(head.word)
        params = binding.params if isinstance(binding, Function) else ()
    for param in params:
        default = "" if param.default is None else ", has a default"
        name = param.name.text
        yield Proposal(name, f"{name}: ", Sorted.FIELD, f"{param.type.name}{default}")


def _members(snapshot: Snapshot, path: str, spot: Spot, shape: Shape) -> Iterator[Proposal]:
    text = snapshot.text(path)
    binding = text.scope.find(spot.target) if text is not None else None
    if isinstance(binding, Alias) and binding.target is not None:
        yield from (_name(b) for b in binding.target.names.values())
        return
    if not shape.other and not shape.group:
        found = shape.field(spot.target)
        if found is not None and isinstance(found[1], ObjectSchema):
            for name, schema in found[1].fields.items():
                yield Proposal(name, name, Sorted.FIELD, type_words(schema), field_text(found[1], name))
