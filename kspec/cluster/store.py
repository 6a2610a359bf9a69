"""The store behind the API server: objects, revisions, and everybody who watches.

Upstream: staging/src/k8s.io/apiserver/pkg/storage/etcd3 (one revision counts every write of every kind).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key, Stored
from kspec.source.tree import Object


class Verb(Enum):
    """What became of an object."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `now` is the object after it, or as it was at last if it is gone; `by` is the component."""

    revision: int
    time: float
    verb: Verb
    before: Stored | None
    now: Stored
    by: str
    cause: int | None


Watcher: TypeAlias = Callable[[Change], None]


class Store:
    """Objects by kind, namespace and name. Each write has the next revision and is told to the watchers at once."""

    def __init__(self, loop: Loop) -> None:
        self.revision = 0
        self.writes = 0
        self._loop = loop
        self._kinds: dict[str, dict[Key, Stored]] = {}
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def get(self, kind: str, key: Key) -> Stored | None:
        return self._kinds.get(kind, {}).get(key)

    def all(self, kind: str, namespace: str | None = None) -> Iterator[Stored]:
        """The objects of a kind, of one namespace or of all, in order of creation."""
        for (space, _), stored in list(self._kinds.get(kind, {}).items()):
            if namespace in (None, space):
                yield stored

    def kinds(self) -> list[str]:
        """The kinds that there are objects of."""
        return [kind for kind, objects in self._kinds.items() if objects]

    def skip(self) -> None:
        """A write of something that is not simulated took a revision."""
        self.revision += 1

    def put(self, manifest: Object, by: str) -> Stored:
        """Add an object or replace it. One that does not change is not written."""
        stored = Stored(manifest)
        known = self._kinds.setdefault(stored.kind, {})
        before = known.get(stored.key)
        if before is not None and _same(before.manifest, manifest):
            return before
        written = known[stored.key] = Stored(self._numbered(manifest))
        self._tell(Verb.ADDED if before is None else Verb.MODIFIED, before, written, by)
        return written

    def remove(self, stored: Stored, by: str) -> None:
        gone = self._kinds.get(stored.kind, {}).pop(stored.key, None)
        if gone is not None:
            self.revision += 1
            self._tell(Verb.DELETED, gone, gone, by)

    def _numbered(self, manifest: Object) -> Object:
        self.revision += 1
        metadata = manifest["metadata"]
        assert isinstance(metadata, dict)
        return {**manifest, "metadata": {**metadata, "resourceVersion": str(self.revision)}}

    def _tell(self, verb: Verb, before: Stored | None, now: Stored, by: str) -> None:
        self.writes += 1
        change = Change(self.revision, self._loop.now, verb, before, now, by, self._loop.cause)
        for watcher in self._watchers:
            watcher(change)


def _same(before: Object, after: Object) -> bool:
    return _unnumbered(before) == _unnumbered(after)


def _unnumbered(manifest: Object) -> Object:
    metadata = manifest["metadata"]
    assert isinstance(metadata, dict)
    return {**manifest, "metadata": {**metadata, "resourceVersion": ""}}
