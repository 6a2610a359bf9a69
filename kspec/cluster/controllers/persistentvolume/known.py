"""Claims and volumes as the binder knows them: as the cache has them, or newer, as it has written them itself.

Upstream: pkg/controller/volume/persistentvolume/pv_controller_base.go (`storeObjectUpdate`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.cluster.cache import Cache
from kspec.cluster.stored import Key, Stored


class Known:
    """The objects of one kind."""

    def __init__(self, cache: Cache, kind: str) -> None:
        self._cache = cache
        self._kind = kind
        self._written: dict[Key, Stored] = {}

    def get(self, key: Key) -> Stored | None:
        return self._newer(self._cache.get(self._kind, key))

    def all(self) -> Iterator[Stored]:
        for seen in self._cache.list(self._kind):
            newer = self._newer(seen)
            if newer is not None:
                yield newer

    def wrote(self, stored: Stored) -> Stored:
        """Remember what was written, until the cache shows it."""
        self._written[stored.key] = stored
        return stored

    def _newer(self, seen: Stored | None) -> Stored | None:
        if seen is None:
            return None
        written = self._written.get(seen.key)
        if written is None or written.uid != seen.uid or written.revision <= seen.revision:
            self._written.pop(seen.key, None)
            return seen
        return written
