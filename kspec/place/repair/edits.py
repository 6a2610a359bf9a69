"""Edits of a question: what is changed, where, and the question after it."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.domain.node import HOSTNAME, Count
from kspec.domain.objects import Resource, get
from kspec.place.answer import Change
from kspec.place.question import Question
from kspec.source.tree import NOWHERE, Json, Path, dotted


@dataclass(frozen=True, slots=True)
class SetField:
    """Set a field of an object, or with None take it away."""

    object: str
    path: Path
    value: Json

    def apply(self, question: Question) -> Question:
        return question.with_field(self.object, self.path, self.value)

    def change(self, question: Question) -> Change:
        resource = question.find(self.object)
        before = get(resource.manifest, self.path) if resource else None
        span = resource.at(*self.path) if resource else None
        where = (span.file, span.line) if span else ("", 0)
        return Change(self.object, dotted(self.path), before, self.value, *where)


@dataclass(frozen=True, slots=True)
class ResizePool:
    """Let a pool have another number of nodes."""

    pool: str
    low: int
    high: int

    def apply(self, question: Question) -> Question:
        return question.with_pool(self.pool, Count(low=self.low, high=self.high))

    def change(self, question: Question) -> Change:
        before = next(p.count for p in question.cluster.pools if p.name == self.pool)
        span = question.origins.get(self.pool, NOWHERE).at(("count",))
        where = (span.file, span.line) if span else ("", 0)
        return Change(
            f"pool {self.pool}", "count", _count(before.low, before.high), _count(self.low, self.high), *where
        )


def _count(low: int, high: int) -> Json:
    return low if low == high else f"{low}..{high}"


@dataclass(frozen=True, slots=True)
class AddNode:
    """One more node like an existing one."""

    like: str
    name: str

    def apply(self, question: Question) -> Question:
        return question.with_object(self._resource(question))

    def change(self, question: Question) -> Change:
        return Change(f"Node/{self.name}", "", None, self._resource(question).manifest)

    def _resource(self, question: Question) -> Resource:
        written = question.find(f"Node/{self.like}")
        listed = next((n for n in question.cluster.nodes if n.name == self.like), None)
        manifest = written.manifest if written else listed.model_dump(by_alias=True, mode="json") if listed else {}
        labels = get(manifest, ("metadata", "labels"))
        renamed = {k: self.name if v == self.like else v for k, v in labels.items()} if isinstance(labels, dict) else {}
        metadata: Json = {"name": self.name, "labels": renamed or {HOSTNAME: self.name}}
        kept = {k: v for k, v in manifest.items() if k in ("apiVersion", "kind", "spec", "status")}
        return Resource({**kept, "metadata": metadata})


Edit = SetField | ResizePool | AddNode


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that might mend a conflict. `weight` orders ideas with as many changes: lighter ones first."""

    description: str
    edits: tuple[Edit, ...]
    weight: float

    def apply(self, question: Question) -> Question:
        for edit in self.edits:
            question = edit.apply(question)
        return question

    def changes(self, question: Question) -> tuple[Change, ...]:
        return tuple(edit.change(question) for edit in self.edits)
