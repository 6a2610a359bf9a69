"""Values by their schema: structs as blocks, maps and lists in brackets, short forms where a struct has some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kspec.api.schema import AnySchema, Catalogue, ListSchema, MapSchema, ObjectSchema, ScalarSchema, Schema
from kspec.elaborate.objects.flat import field_of
from kspec.elaborate.objects.scalars import LABEL_MAPS
from kspec.emit.language import literals
from kspec.emit.language.part import Part
from kspec.emit.language.selectors import Labels, selector_part
from kspec.source.tree import Json, Object, Path

ANYTHING = AnySchema()
_LONGEST_LIST = 80
"""A list of structs that takes more columns is written as blocks, an item each."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What short forms may refer to: workloads and services by namespace and name."""

    workloads: Mapping[tuple[str, str], tuple[Workload, ...]] = field(default_factory=dict)
    services: Mapping[tuple[str, str], tuple[Port, ...]] = field(default_factory=dict)

    def target(self, namespace: str, labels: Labels) -> str | None:
        """The word for the one workload that selects its pods by exactly these labels."""
        found = [w for (space, _), named in self.workloads.items() if space == namespace for w in named]
        same = [w for w in found if w.labels == labels and labels]
        if len(same) != 1:
            return None
        return self.word(namespace, same[0])

    def word(self, namespace: str, workload: Workload) -> str | None:
        """A workload's name, with its kind where another one is called so."""
        named = self.workloads.get((namespace, workload.name), ())
        if len(named) == 1:
            return literals.name(workload.name)
        word = f"{workload.kind.lower()}/{workload.name}"
        return word if sum(w.kind == workload.kind for w in named) == 1 else None


@dataclass(frozen=True, slots=True)
class Workload:
    """Something with pods, and the labels that select them."""

    api_version: str
    kind: str
    name: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a Service."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Subject:
    """The object that is being written: what its short forms may take for granted."""

    namespace: str = ""
    name: str = ""
    kind: str = ""
    labels: Labels = field(default_factory=dict)
    """The labels that select its own pods."""


Form = Callable[["Writer", Object, Path], "list[Part] | None"]
"""Writes a field of a struct (the struct and the field's path); None where the field is written under its own name."""
Forms = Mapping[tuple[str, str], Form]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the values of one object. Without `forms` everything is written under its own name."""

    catalogue: Catalogue
    forms: Forms
    around: Surroundings
    subject: Subject = field(default_factory=Subject)

    def own_name(self) -> str:
        """The word for a workload that is called as the object itself."""
        return literals.name(self.subject.name)

    # in blocks

    def struct(self, schema: Schema, value: Object, path: Path) -> list[Part]:
        """The fields of a struct as parts of a block."""
        parts: list[Part] = []
        for key, inner in value.items():
            if inner is not None:
                parts += self.field(schema, value, (*path, key))
        return parts

    def field(self, schema: Schema, owner: Object, path: Path) -> list[Part]:
        """One field of a struct: its short form, or the field itself."""
        key = str(path[-1])
        form = self.forms.get((struct_of(schema), key))
        short = form(self, owner, path) if form is not None else None
        if short is not None:
            return short
        return self.plain(key, field_of(schema, key) or ANYTHING, owner[key], path)

    def plain(self, key: str, schema: Schema, value: Json, path: Path) -> list[Part]:
        """`key: value`, or a block."""
        selector = self._selector(schema, value, path)
        if selector is not None:
            return [selector.under(literals.key(key))]
        match value:
            case None:
                return []
            case dict() if literals.opens_block(key) and not _is_in_brackets(key, schema, value):
                return [Part(f"{key} {{", path, self.struct(schema, value, path), "}")]
            case list() if isinstance(schema, ListSchema) and isinstance(schema.items, ObjectSchema):
                return self._structs(key, schema, value, path)
            case _:
                return [self.value(schema, value, key, path).under(literals.key(key))]

    def _structs(self, key: str, schema: ListSchema, value: list[Json], path: Path) -> list[Part]:
        """A list of structs: in brackets where it is short, else a block for each."""
        whole = self.value(schema, value, key, path).under(literals.key(key))
        line = whole.one_line()
        items = [item for item in value if isinstance(item, dict)]
        if len(items) < len(value) or not items or not literals.opens_block(key) or not self.forms:
            return [whole]  # without short forms blocks are none either: `env { }` would be one
        if line is not None and len(line) <= _LONGEST_LIST:
            return [whole]
        return [
            Part(f"{key} {{", (*path, i), self.struct(schema.items, item, (*path, i)), "}")
            for i, item in enumerate(items)
        ]

    # in values

    def value(self, schema: Schema, value: Json, key: str, path: Path) -> Part:
        """A value of the field `key`: maps in braces, lists in brackets, nothing short."""
        selector = self._selector(schema, value, path)
        if selector is not None:
            return selector
        match value:
            case dict():
                labels = _is_labels(key, schema)
                entries = [
                    self._entry(field_of(schema, name) or ANYTHING, inner, name, labels, (*path, name))
                    for name, inner in value.items()
                    if inner is not None
                ]
                return Part("{", path, entries, "}", commas=True)
            case list():
                items = schema.items if isinstance(schema, ListSchema) else ANYTHING
                written = [self.value(items, item, key, (*path, i)) for i, item in enumerate(value)]
                return Part("[", path, written, "]", commas=True)
            case _:
                return literals.scalar(value, schema, key, path)

    def _entry(self, schema: Schema, value: Json, name: str, label: bool, path: Path) -> Part:
        if label and isinstance(value, str) and literals.is_bare(value):
            return Part(value, path).under(literals.key(name))
        return self.value(schema, value, name, path).under(literals.key(name))

    def _selector(self, schema: Schema, value: Json, path: Path) -> Part | None:
        """A label selector in its short form."""
        if not self.forms or struct_of(schema) != "LabelSelector" or not isinstance(value, dict):
            return None
        return selector_part(value, path)


def struct_of(schema: Schema) -> str:
    """The name of a struct of Kubernetes; empty for what has none."""
    return schema.short_name if isinstance(schema, ObjectSchema) else ""


def _is_labels(key: str, schema: Schema) -> bool:
    """Whether a field maps labels to values, so that a bare word is a value."""
    return key in LABEL_MAPS and isinstance(schema, MapSchema)


def _is_in_brackets(key: str, schema: Schema, value: Object) -> bool:
    """Whether a map is written as a value: labels, and what is empty or short."""
    if isinstance(schema, ListSchema | ScalarSchema):
        return True  # a mistake that is to stay one
    if _is_labels(key, schema) or not value:
        return not isinstance(schema, ObjectSchema)
    if not isinstance(schema, MapSchema) or not isinstance(schema.values, ScalarSchema):
        return False
    simple = all(isinstance(v, str | int | float | bool) and "\n" not in str(v) for v in value.values())
    return simple and sum(len(k) + len(str(v)) for k, v in value.items()) < 60
