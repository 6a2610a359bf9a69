"""What is open, and what is known of the designs that it belongs to."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kspec.elaborate import Loaded, load
from kspec.elaborate.inputs import Text, Texts
from kspec.elaborate.memory import Memory
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.world import World
from kspec.lsp.index import index, main_word
from kspec.lsp.shape import Shapes
from kspec.lsp.symbols import Symbols
from kspec.source.text import SourceFile
from kspec.syntax import nodes as n

LOADS_A_COLLECTION = 50
"""After how many loads what they left behind is cleared away."""


@dataclass(frozen=True)
class Snapshot:
    """A design as it is at one moment, however broken: `loaded` has its findings."""

    loaded: Loaded
    texts: Texts
    world: World | None
    catalogue_kinds: Kinds

    @cached_property
    def symbols(self) -> Symbols:
        """All names, found once."""
        return index(self.texts, self.catalogue_kinds)

    @cached_property
    def shapes(self) -> Shapes:
        """What stands where."""
        return Shapes(self.catalogue_kinds, {d.name.text: main_word(d.body) for d in self.modules()})

    def modules(self) -> list[n.Define]:
        """All modules that the texts define."""
        return [item for text in self.texts.files for item in text.file.items if isinstance(item, n.Define)]

    def text(self, path: str) -> Text | None:
        """The tree of a text, if it could be read."""
        return next((t for t in self.texts.files if t.file.span.file == path), None)

    def source(self, path: str) -> SourceFile | None:
        return self.loaded.sources.get(path)


@dataclass
class Workspace:
    """The texts that an editor has open, over those on disk.

    `paths` are the PATH arguments of the command: one design. A text that is not among them is a design of its own,
    with what it imports.
    """

    paths: Sequence[str] = ()
    env: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)
    _memories: dict[tuple[str, ...], Memory] = field(default_factory=dict)
    _snapshots: dict[tuple[str, ...], Snapshot] = field(default_factory=dict)
    _latest: dict[tuple[str, ...], Snapshot] = field(default_factory=dict)
    _loads: int = 0

    def put(self, path: str, text: str) -> None:
        """A text was opened or has changed."""
        self._open[os.path.realpath(path)] = text
        self._snapshots.clear()

    def close(self, path: str) -> None:
        """A text is closed: its file counts again."""
        self._open.pop(os.path.realpath(path), None)
        self._snapshots.clear()

    def forget(self) -> None:
        """Something on disk has changed."""
        self._snapshots.clear()

    @property
    def texts(self) -> Mapping[str, str]:
        """The open texts by their real paths."""
        return self._open

    def loaded(self) -> list[Snapshot]:
        """All designs as they were last loaded."""
        return list(self._latest.values())

    def design_of(self, path: str) -> tuple[str, ...]:
        """The paths of the design that a text belongs to."""
        real = Path(os.path.realpath(path))
        for given in self.paths:
            folder = Path(os.path.realpath(given))
            if folder == real or folder in real.parents:
                return tuple(os.path.realpath(p) for p in self.paths)
        return (path,)

    def snapshot(self, path: str) -> Snapshot:
        """The design of a text, loaded where something has changed."""
        design = self.design_of(path)
        found = self._snapshots.get(design)
        if found is None:
            found = self._snapshots[design] = self._latest[design] = self._load(design)
        return found

    def recent(self, path: str) -> Snapshot:
        """The design as it was last loaded: names and kinds for completion, which cannot wait for each letter."""
        return self._latest.get(self.design_of(path)) or self.snapshot(path)

    def _load(self, design: tuple[str, ...]) -> Snapshot:
        memory = self._memories.setdefault(design, Memory())
        memory.open = self._open
        self._loads += 1
        if self._loads % LOADS_A_COLLECTION == 0:
            gc.collect()  # loading keeps the collector from doing so by itself: see `elaborate.pause`
        shared = design == tuple(os.path.realpath(p) for p in self.paths)
        loaded = load(
            design,
            env=self.env if shared else None,
            settings=self.settings if shared else {},
            memory=memory,
        )
        texts = memory.texts or Texts()
        world = memory.world
        return Snapshot(loaded, texts, world, world.kinds if world is not None else _plain_kinds())


def _plain_kinds() -> Kinds:
    """The kinds of Kubernetes alone, for a text that could not be read far enough."""
    from kspec.api.schema import load as schemas

    return Kinds(schemas())
