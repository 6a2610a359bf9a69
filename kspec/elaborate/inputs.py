"""From paths to texts that are understood: kspec files with everything they import, and manifests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from kspec.domain.objects import Resource
from kspec.elaborate import rules
from kspec.elaborate.declare import bind_declarations
from kspec.elaborate.evaluate.scope import Alias, Scope
from kspec.elaborate.memory import Memory
from kspec.elaborate.suggest import did_you_mean
from kspec.source import disk
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.read import Input, Language, read_inputs
from kspec.source.rules import NOT_KUBERNETES, UNREADABLE_INPUT
from kspec.source.text import STDIN_NAME, SourceFile, Span
from kspec.syntax import nodes as n

MANIFEST_FORMS = ("yaml", "helm", "kustomize")
"""Imports that bring objects: plain YAML, and what `helm template` and `kustomize build` printed."""
_RENDERED_BY = {"helm": ("helm template", "chart"), "kustomize": ("kustomize build", "kustomization")}
"""What renders the input of a tool, and the file that such an input has."""
_PATTERN = frozenset("*?[")
_DECLARATIONS = (n.Let, n.Fn, n.Param, n.Enum_, n.Define, n.Use, n.Import)
"""What a file may hold that does nothing by itself."""


@dataclass(frozen=True, slots=True)
class Text:
    """A kspec file and the scope of its names."""

    file: n.File
    scope: Scope


@dataclass
class Texts:
    """What was read, in order: what a file imports stands before it. `definitions` only describe kinds."""

    parts: list[Text | Resource] = field(default_factory=list)
    definitions: list[Resource] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    sources: dict[str, SourceFile] = field(default_factory=dict)
    lost: list[Span] = field(default_factory=list)
    """What could not be read of the texts, or only by guessing: names may be missing."""

    @property
    def resources(self) -> Iterator[Resource]:
        return (p for p in self.parts if isinstance(p, Resource))

    @property
    def all_resources(self) -> list[Resource]:
        """Those that only describe kinds, too."""
        return [*self.definitions, *self.resources]

    @property
    def files(self) -> Iterator[Text]:
        return (p for p in self.parts if isinstance(p, Text))


def read_texts(paths: Sequence[str], stdin: str | bytes | None, diagnostics: Diagnostics, memory: Memory) -> Texts:
    """Read the paths and all imports. The files given by path share their names; imported ones have their own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    inputs = read_inputs(paths, BytesIO(data) if data is not None else None, memory.open)
    diagnostics.extend(inputs.diagnostics)
    reader = _Reader(diagnostics, memory)
    root = Scope()
    reader.texts.scopes.append(root)
    reader.given = {_real(i.source.path): root for i in inputs.files if i.language is Language.KSPEC}
    for item in inputs.files:
        reader.take(item, root)
    return reader.texts


class _Reader:
    def __init__(self, diagnostics: Diagnostics, memory: Memory) -> None:
        self.diagnostics = diagnostics
        self.memory = memory
        self.texts = Texts()
        self.given: dict[str, Scope] = {}
        self._scopes: dict[str, Scope] = {}
        self._open: dict[str, Span] = {}
        self._contributing: set[str] = set()

    def take(self, item: Input, scope: Scope) -> None:
        """Read a text, after everything it imports."""
        path = item.source.path
        if item.language is Language.MANIFEST:
            self._manifests(item.source, self.texts.parts)
            return
        key = _real(path)
        if key in self._scopes:
            return
        self._scopes[key] = scope
        self.texts.sources[path] = item.source
        parsed = self.memory.parsed(item.source)
        self.diagnostics.extend(parsed.diagnostics)
        self.texts.lost += parsed.lost
        if parsed.file is None:
            return
        self._open[key] = parsed.file.span
        bind_declarations(parsed.file.items, scope, self.diagnostics, top=True)
        for top in parsed.file.items:
            match top:
                case n.Use(target):
                    for found in self._files(path, target, top.span, Language.KSPEC):
                        self.take(found, scope)
                case n.Import():
                    self._import(path, top, scope)
                case _:
                    pass
        del self._open[key]
        if not all(isinstance(top, _DECLARATIONS) for top in parsed.file.items):
            self._contributing.add(key)
        self.texts.parts.append(Text(parsed.file, scope))

    def _import(self, importer: str, item: n.Import, scope: Scope) -> None:
        if item.form is not None and item.alias is not None:
            message = f"nothing is named by `{item.alias.text}`: manifests join the design under their own names"
            self.diagnostics.report(rules.UNUSED, message, item.alias.span, help=f"remove `as {item.alias.text}`")
        match item.form:
            case None:
                self._import_kspec(importer, item, scope)
            case "crd":
                for found in self._files(importer, item.path, item.span, Language.MANIFEST):
                    self._manifests(found.source, self.texts.definitions)
            case "helm" | "kustomize" as tool if self._is_unrendered(importer, item, tool):
                pass
            case form if form in MANIFEST_FORMS:
                for found in self._files(importer, item.path, item.span, Language.MANIFEST):
                    self._manifests(found.source, self.texts.parts)
            case form:
                help = did_you_mean(form, ("crd", *MANIFEST_FORMS)) or "leave the word out to import kspec"
                self.diagnostics.report(rules.UNKNOWN_NAME, f"`{form}` cannot be imported", item.span, help=help)

    def _import_kspec(self, importer: str, item: n.Import, scope: Scope) -> None:
        files = self._files(importer, item.path, item.span, Language.KSPEC)
        if not files and item.alias is not None:
            scope.names.setdefault(item.alias.text, Alias(item.alias.text, item.alias.span, "import", used=True))
        for found in files:
            key = _real(found.source.path)
            if key in self._open:
                message = f"`{found.source.path}` imports itself"
                if key != _real(importer):
                    message += ", through other files"
                self.diagnostics.report(rules.CYCLE, message, item.span, help="move what both need into a third file")
                continue
            inner = self.given.get(key) or self._scopes.get(key)
            if inner is None:
                inner = Scope()
                self.texts.scopes.append(inner)
            self.take(found, inner)
            self._name(item, inner, scope, used=key in self._contributing)

    def _name(self, item: n.Import, inner: Scope, scope: Scope, *, used: bool) -> None:
        if item.alias is None:
            if inner is not scope:
                scope.imported.append(inner)
            return
        alias = Alias(item.alias.text, item.alias.span, "import", target=inner, used=used)
        first = scope.names.setdefault(alias.name, alias)
        if first is not alias and not (isinstance(first, Alias) and first.target is inner):
            related = (Label("the first one", first.span),)
            self.diagnostics.report(rules.DUPLICATE, f"`{alias.name}` is declared twice", alias.span, related=related)

    def _is_unrendered(self, importer: str, item: n.Import, tool: str) -> bool:
        """Report a chart or a kustomization itself, where what the tool makes of it is wanted; whether it was one."""
        folder = Path(importer).parent if importer != STDIN_NAME else Path()
        path = Path(os.path.normpath(folder / item.path))
        command, name = _RENDERED_BY[tool]
        if not disk.is_folder(path.as_posix()) and path.name.lower().removesuffix(path.suffix.lower()) != name:
            return False
        where = item.path.rstrip("/") if disk.is_folder(path.as_posix()) else (Path(item.path).parent.as_posix())
        message = f"`{item.path}` is to be rendered: kspec reads what `{command}` prints"
        help = f'run `{command} {where} > rendered.yaml`, then `import {tool} "rendered.yaml"`'
        self.diagnostics.report(UNREADABLE_INPUT, message, item.span, help=help)
        return True

    def _files(self, importer: str, target: str, span: Span, language: Language) -> list[Input]:
        """The texts of one language that an import means, relative to the file that it stands in."""
        folder = Path(importer).parent if importer != STDIN_NAME else Path()
        paths = [Path(os.path.normpath(folder / target)).as_posix()]
        if _PATTERN & set(target):
            paths = list(disk.matching(str(folder), target))
            if not paths:
                self.diagnostics.report(UNREADABLE_INPUT, f"no file matches `{target}`", span)
        elif not target or disk.is_folder(paths[0]):
            help = f'name files: `"{target.rstrip("/") or "folder"}/*.yaml"`'
            self.diagnostics.report(UNREADABLE_INPUT, f"`{target}` is no file", span, help=help)
            return []
        inputs = read_inputs(paths, open_texts=self.memory.open)
        for problem in inputs.diagnostics:
            self.diagnostics.report(problem.rule, problem.message, problem.span or span, help=problem.help)
        for found in inputs.files:
            if found.language is not language:
                words = (
                    ("kspec text", "leave the word out") if language is Language.MANIFEST else ("YAML", "`import yaml`")
                )
                message = f"`{found.source.path}` is {words[0]}"
                self.diagnostics.report(UNREADABLE_INPUT, message, span, help=f"to import it, {words[1]}")
        return [found for found in inputs.files if found.language is language]

    def _manifests(self, source: SourceFile, into: list[Text | Resource] | list[Resource]) -> None:
        if source.path in self.texts.sources:
            return
        self.texts.sources[source.path] = source
        reading, objects = self.memory.documents(source)
        self.diagnostics.extend(reading.diagnostics)
        if any(d.is_error for d in reading.diagnostics):
            self.texts.lost.append(Span(source.path, 1, 1, len(source.lines), 1))
        into.extend(objects)


def nothing_found(texts: Texts, diagnostics: Diagnostics) -> None:
    """Report an input in which there is nothing to work on, where nothing else says so."""
    if not texts.parts:
        report_nothing(diagnostics)


def report_nothing(diagnostics: Diagnostics) -> None:
    """Report that there is nothing to work on, where no error says so; the place is that of the first remark on it."""
    if diagnostics.has_errors:
        return
    first = next((d for d in diagnostics.sorted() if d.rule is NOT_KUBERNETES), None)
    span = first.span if first else None
    message = "nothing in the input is a Kubernetes object or kspec text"
    diagnostics.report(UNREADABLE_INPUT, message, span, help="an object states `apiVersion` and `kind`")


def _real(path: str) -> str:
    return disk.real(path)
