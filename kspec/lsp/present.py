"""The objects that are there to be named: those of the designs that are open, and of the manifests around them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.domain.objects import Resource
from kspec.lsp.symbols import Sort
from kspec.lsp.workspace import Snapshot, Workspace
from kspec.source.read import Language, read_inputs
from kspec.source.text import SourceFile, Span
from kspec.source.tree import Object
from kspec.source.yaml import read_documents

MOST_FILES = 1_000
"""How many manifests of a folder are looked into, and for how many of its folders."""
_LARGEST = 1_000_000
"""Characters of the largest file that is looked into."""
_SUFFIXES = (".yaml", ".yml", ".json")
_FOREIGN = frozenset({"node_modules", "vendor", "venv"})


@dataclass(frozen=True, slots=True)
class Present:
    """An object by its names. `resource` is what it says, where that is known; `place` is where it is named else."""

    kind: str
    namespace: str
    name: str
    resource: Resource | None = None
    place: Span | None = None

    @property
    def span(self) -> Span | None:
        """Where its name is written."""
        return self.place if self.resource is None else self.resource.at("metadata", "name") or self.resource.at()

    @property
    def manifest(self) -> Object:
        return self.resource.manifest if self.resource is not None else {}


@dataclass
class Presence:
    """Knows the objects around a text. `folders` are those that the editor has open."""

    workspace: Workspace
    folders: list[str] = field(default_factory=list)
    _read: dict[str, tuple[str, list[Present]]] = field(default_factory=dict)

    def objects(self, path: str) -> list[Present]:
        """The objects of the design of a text, of the other designs that are open, and of the folders' manifests."""
        mine = self.workspace.recent(path)
        found = list(_of_design(mine))
        for snapshot in self.workspace.loaded():
            if snapshot is not mine:
                found += _of_design(snapshot)
        for folder in self.folders:
            found += self._of_folder(folder)
        return list({(p.kind, p.namespace, p.name): p for p in reversed(found)}.values())[::-1]

    def _of_folder(self, folder: str) -> Iterator[Present]:
        for file in read_inputs(_manifests(folder), open_texts=self.workspace.texts).files:
            if file.language is Language.MANIFEST and len(file.source.text) <= _LARGEST:
                yield from self._of_file(file.source)

    def _of_file(self, source: SourceFile) -> list[Present]:
        known = self._read.get(source.path)
        if known is None or known[0] != source.text:
            documents = read_documents(source).documents
            known = source.text, [_present(Resource(d.value, d.origin)) for d in documents]
            self._read[source.path] = known
        return known[1]


def _manifests(folder: str) -> list[str]:
    """The manifests below a folder, hidden ones and other people's left out, as far as the limits go."""
    found: list[str] = []
    for count, (root, folders, names) in enumerate(os.walk(folder)):
        if count >= MOST_FILES or len(found) >= MOST_FILES:
            break
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _FOREIGN)
        found += [f"{root}/{n}" for n in sorted(names) if n.endswith(_SUFFIXES) and not n.startswith(".")]
    return found[:MOST_FILES]


def _of_design(snapshot: Snapshot) -> Iterator[Present]:
    design = snapshot.loaded.design
    if design is not None:
        yield from map(_present, design.written)
        return
    yield from map(_present, snapshot.texts.resources)
    for symbol, occurrences in snapshot.symbols.by_symbol.items():
        if symbol.sort not in (Sort.OBJECT, Sort.NAMESPACE):
            continue
        for found in occurrences:
            kind = snapshot.catalogue_kinds.by_word(found.kind) if found.declares and found.kind else None
            if kind is not None:
                yield Present(kind.kind, "", symbol.name, place=found.span)


def _present(resource: Resource) -> Present:
    return Present(resource.kind, resource.namespace, resource.name, resource)
