"""What a component knows of the cluster: a cache that watches the store and lags a little behind.

Upstream: staging/src/k8s.io/client-go/tools/cache (shared informers; handlers run after the cache has the change).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from kspec.cluster.loop import Loop
from kspec.cluster.store import Change, Store, Verb
from kspec.cluster.stored import Key, Stored
from kspec.cluster.timing import WATCH

_EACH = 0.0002
"""An informer tells its handlers of one change after the other, with so much between two. Seconds."""
Handler: TypeAlias = Callable[[Change], None]


class Cache:
    """The objects as a component last saw them, and who wants to hear of changes. One per process."""

    def __init__(self, loop: Loop, store: Store, lag: float = WATCH) -> None:
        self._loop = loop
        self._lag = lag
        self._kinds = {kind: {s.key: s for s in store.all(kind)} for kind in store.kinds()}
        self._owned: dict[tuple[str, str], dict[Key, Stored]] = {}
        self._told: dict[str, float] = {}
        self._handlers: dict[str, list[Handler]] = {}
        store.watch(self._stored)

    def on(self, kind: str, handler: Handler) -> None:
        """Call `handler` with each change of a kind, once the cache has it."""
        self._handlers.setdefault(kind, []).append(handler)

    def get(self, kind: str, key: Key) -> Stored | None:
        return self._kinds.get(kind, {}).get(key)

    def list(self, kind: str, namespace: str | None = None) -> Iterator[Stored]:
        """The objects of a kind, of one namespace or of all, in order of creation."""
        for (space, _), stored in list(self._kinds.get(kind, {}).items()):
            if namespace in (None, space):
                yield stored

    def owned(self, kind: str, owner: Stored) -> Iterator[Stored]:
        """The objects of a kind whose controller is `owner`, in order of creation."""
        return iter(list(self._owned.get((kind, owner.uid), {}).values()))

    def orphans(self, kind: str, namespace: str) -> Iterator[Stored]:
        """The objects of a kind in a namespace that have no controller."""
        for stored in list(self._owned.get((kind, ""), {}).values()):
            if stored.namespace == namespace:
                yield stored

    def _stored(self, change: Change) -> None:
        kind = change.now.kind
        due = max(self._loop.now + self._lag, self._told.get(kind, 0.0) + _EACH)
        self._told[kind] = due
        self._loop.at(due, lambda: self._seen(change))

    def _seen(self, change: Change) -> None:
        self._loop.cause = change.revision
        known = self._kinds.setdefault(change.now.kind, {})
        before = known.get(change.now.key)
        if change.verb is Verb.DELETED:
            known.pop(change.now.key, None)
        else:
            known[change.now.key] = change.now
        self._index(before, None if change.verb is Verb.DELETED else change.now)
        for handler in self._handlers.get(change.now.kind, ()):
            handler(change)

    def _index(self, before: Stored | None, now: Stored | None) -> None:
        """Keep the objects sorted by their controllers."""
        if before is not None and (now is None or _owner(before) != _owner(now)):
            self._owned.get((before.kind, _owner(before)), {}).pop(before.key, None)
        if now is not None:
            self._owned.setdefault((now.kind, _owner(now)), {})[now.key] = now


def _owner(stored: Stored) -> str:
    return stored.controller.uid if stored.controller is not None else ""
