"""What the loads of one design remember from one to the next, for as long as an editor has it open.

A text that has not changed is not read again; a text of which nothing has changed that it uses is not worked out again;
an object that is the same is not judged again. The outcome is that of a load from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kspec.domain.objects import Resource
from kspec.source.text import SourceFile
from kspec.source.tree import Object
from kspec.syntax import Parsed, parse

if TYPE_CHECKING:
    from kspec.api.schema import Catalogue
    from kspec.elaborate.inputs import Texts
    from kspec.elaborate.judge import Judgement
    from kspec.elaborate.objects.draft import Draft
    from kspec.elaborate.objects.kinds import Kinds
    from kspec.elaborate.parts import Parts
    from kspec.elaborate.world import World
    from kspec.source.yaml import Reading


@dataclass
class Memory:
    """`open` holds texts by the real paths of their files, which they stand for until they are saved.

    `texts` and `world` are what the last load knew, however broken its input was; `read` names the texts that it had to
    read because they were new or had changed.
    """

    open: dict[str, str] = field(default_factory=dict)
    texts: Texts | None = None
    world: World | None = None
    parts: Parts | None = None
    read: list[str] = field(default_factory=list)
    judged: int = 0
    """How many objects the last load had to judge."""
    _parsed: dict[str, tuple[str, Parsed]] = field(default_factory=dict)
    _documents: dict[str, tuple[str, Reading, list[Resource]]] = field(default_factory=dict)
    _kinds: tuple[str, list[Resource], Catalogue, Kinds] | None = None
    _finished: dict[int, tuple[Draft, Draft]] = field(default_factory=dict)
    _copies: dict[int, Draft] = field(default_factory=dict)
    _resources: dict[int, tuple[Draft, Resource]] = field(default_factory=dict)
    _definitions: list[Resource] = field(default_factory=list)
    _judgements: dict[int, Judgement] = field(default_factory=dict)

    def parsed(self, source: SourceFile) -> Parsed:
        """The tree of a kspec text."""
        known = self._parsed.get(source.path)
        if known is None or known[0] != source.text:
            self.read.append(source.path)
            known = self._parsed[source.path] = (source.text, parse(source))
        return known[1]

    def documents(self, source: SourceFile) -> tuple[Reading, list[Resource]]:
        """The documents of a manifest, and the objects in them."""
        known = self._documents.get(source.path)
        if known is None or known[0] != source.text:
            self.read.append(source.path)
            from kspec.source.yaml import read_documents  # designs without YAML do without

            reading = read_documents(source)
            objects = [Resource(d.value, d.origin) for d in reading.documents]
            known = self._documents[source.path] = (source.text, reading, objects)
        return known[1], known[2]

    def begin(self) -> None:
        """A load begins."""
        self.read.clear()
        self.judged = 0

    def kinds(
        self, version: str, definitions: list[Resource], make: Callable[[], tuple[Catalogue, Kinds]]
    ) -> tuple[Catalogue, Kinds]:
        """The kinds of a design: the same ones while its definitions are; others are a new beginning."""
        known = self._kinds
        if known is None or known[0] != version or known[1] != definitions:
            known = self._kinds = (version, definitions, *make())
            self._finished.clear()
            self._resources.clear()
            self._judgements.clear()
        return known[2], known[3]

    def finished(self, draft: Draft, finish: Callable[[Draft], bool]) -> Draft:
        """A copy of a draft that nobody changes, with what follows from itself; kept where `finish` says so."""
        known = self._finished.get(id(draft))
        if known is not None:
            return known[1]
        twin = draft.copy()
        if finish(twin):
            self._finished[id(draft)] = (draft, twin)
        return twin

    def copy(self, draft: Draft) -> Draft:
        """A copy of a finished draft, for what follows from other objects."""
        twin = draft.copy()
        self._copies[id(twin)] = draft
        return twin

    def resource(self, draft: Draft, manifest: Callable[[], Object], make: Callable[[Object], Resource]) -> Resource:
        """The object of a draft: the one of the last load, if it would be equal and nobody has moved it."""
        original = self._copies.get(id(draft), draft)
        known = self._resources.get(id(original))
        if known is not None and original is draft:
            return known[1]
        written = manifest()
        if known is not None and known[1].manifest == written:
            return known[1]
        made = make(written)
        self._resources[id(original)] = (original, made)
        return made

    def defined_by(self, definitions: list[Resource]) -> None:
        """The definitions of custom kinds that objects are judged by: others mean other judgements."""
        if definitions != self._definitions:
            self._definitions = definitions
            self._judgements.clear()

    def judgement(self, resource: Resource, judge: Callable[[], Judgement]) -> Judgement:
        """What is to be said of an object."""
        known = self._judgements.get(id(resource))
        if known is None:
            self.judged += 1
            known = self._judgements[id(resource)] = judge()
        return known

    def end(self, live: Sequence[Resource]) -> None:
        """A load has ended: forget what it did not need."""
        ids = {id(resource) for resource in live}
        self._judgements = {key: value for key, value in self._judgements.items() if key in ids}
        drafts = {id(d) for d in (self.world.entities if self.world is not None else ())}
        drafts |= {id(original) for copy, original in self._copies.items() if copy in drafts}
        self._copies.clear()
        self._resources = {key: value for key, value in self._resources.items() if key in drafts}
        self._finished = {key: value for key, value in self._finished.items() if id(value[1]) in drafts}
