"""The component library: every text under `models/` (designs excepted), parsed once, and a design's own components."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from kspec.elaborate.behaviour.builtins.registry import BUILTINS, CONSTANTS, Builtin, Constant
from kspec.elaborate.behaviour.scope import Function, Scope
from kspec.source.data import data_dir
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes as n
from kspec.syntax import parse

if TYPE_CHECKING:
    from kspec.elaborate.design import Design


PROPERTIES = "models/properties/"
"""Where the questions are that every design is asked, with what only they remember."""


@dataclass(frozen=True, eq=False)
class Library:
    """Components, functions, procedures and properties by name. Functions of one name differ in their types."""

    components: dict[str, n.Component] = field(default_factory=dict)
    functions: dict[str, tuple[Function, ...]] = field(default_factory=dict)
    procedures: dict[str, tuple[tuple[n.Procedure, str], ...]] = field(default_factory=dict)
    """Each with the component it stands in."""
    properties: tuple[n.Property, ...] = ()
    variables: frozenset[str] = frozenset()
    """The names of all state variables."""
    sources: dict[str, SourceFile] = field(default_factory=dict)
    """The models' texts, by path."""
    own: frozenset[str] = frozenset()
    """Components that the design itself defines."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def builtin(self, name: str) -> Builtin | None:
        """A function that is Python."""
        return BUILTINS.get(name)

    def constant(self, name: str) -> Constant | None:
        """A word that is Python."""
        return CONSTANTS.get(name)

    @property
    def acting(self) -> frozenset[str]:
        """The components that do something by themselves, not only for the sake of a question."""
        return frozenset(name for name, c in self.components.items() if not c.span.file.startswith(PROPERTIES))

    def declares(self, name: str) -> bool:
        """Some component has a state variable of this name."""
        return name in self.variables

    def text(self, span: Span) -> str | None:
        """What is written at a place of the models; None for other texts."""
        source = self.sources.get(span.file)
        if source is None:
            return None
        if span.line == span.end_line:
            return source.line(span.line)[span.column - 1 : span.end_column - 1]
        between = [source.line(number).strip() for number in range(span.line + 1, span.end_line)]
        first, last = source.line(span.line)[span.column - 1 :], source.line(span.end_line)[: span.end_column - 1]
        return " ".join((first.strip(), *between, last.strip()))

    def names(self) -> list[str]:
        """Every name, for suggestions."""
        return sorted({*self.components, *self.functions, *self.procedures, *BUILTINS, *CONSTANTS})

    def with_components(self, components: Iterable[n.Component]) -> Library:
        """The library and a design's own components; one of the same name takes a model's place."""
        added = tuple(components)
        return _Collector(self).add(added).library(frozenset(c.name.text for c in added)) if added else self


@cache
def models() -> Library:
    """The library that ships with kspec."""
    root = data_dir("models")
    texts = []
    for path in sorted(root.rglob("*.kspec")):
        inside = path.relative_to(root)
        if inside.parts[0] != "designs":
            texts.append(SourceFile(f"models/{inside.as_posix()}", path.read_text(encoding="utf-8")))
    return read_library(texts)


def read_library(texts: Iterable[SourceFile]) -> Library:
    """A library from texts; what cannot be parsed is left out and reported in `diagnostics`."""
    collector = _Collector(Library())
    for text in texts:
        collector.sources[text.path] = text
        parsed = parse(text)
        collector.diagnostics += parsed.diagnostics
        if parsed.file is not None:
            collector.add(parsed.file.items)
    return collector.library(frozenset())


def library_for(design: Design) -> Library:
    """The models and the design's own components."""
    return models().with_components(design.components)


class _Collector:
    def __init__(self, start: Library) -> None:
        self.components = dict(start.components)
        self.functions = {name: list(versions) for name, versions in start.functions.items()}
        self.procedures = {name: list(versions) for name, versions in start.procedures.items()}
        self.properties = list(start.properties)
        self.diagnostics = list(start.diagnostics)
        self.sources = dict(start.sources)

    def add(self, items: Iterable[object]) -> _Collector:
        for item in items:
            match item:
                case n.Component():
                    self.components[item.name.text] = item
                    for inner in item.items:
                        if isinstance(inner, n.Procedure):
                            self.procedures.setdefault(inner.name.text, []).append((inner, item.name.text))
                case n.Let(name=name, params=params, value=value):
                    typed = tuple((p.name.text, p.type.name) for p in params)
                    self.functions.setdefault(name.text, []).append(Function(name.text, typed, value, Scope()))
                case n.Property():
                    self.properties.append(item)
                case _:
                    pass
        return self

    def library(self, own: frozenset[str]) -> Library:
        variables = frozenset(v.name.text for c in self.components.values() for v in declared_in(c.items))
        return Library(
            self.components,
            {name: tuple(versions) for name, versions in self.functions.items()},
            {name: tuple(versions) for name, versions in self.procedures.items()},
            tuple(self.properties),
            variables,
            self.sources,
            own,
            tuple(self.diagnostics),
        )


def declared_in(items: Iterable[n.ComponentItem]) -> list[n.Variable]:
    """The state variables of a component, those of `each` included."""
    found: list[n.Variable] = []
    for item in items:
        match item:
            case n.State(variables=variables):
                found += variables
            case n.Each(items=inner):
                found += declared_in(inner)
            case _:
                pass
    return found
