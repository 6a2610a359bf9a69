"""What admission looks up."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.cluster import Cluster
from kspec.cluster.store import Store
from kspec.cluster.stored import key_of
from kspec.source.tree import Object


class Standing(Cluster):
    """What admission looks up: the store, and what a fresh cluster starts with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        super().__init__()

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        found = self._store.get(kind, (namespace, name))
        return found.manifest if found is not None else super().get(kind, namespace, name)

    def all(self, kind: str, namespace: str | None = None) -> Iterator[Object]:
        live = sorted(self._store.all(kind, namespace), key=lambda s: s.key)
        yield from (stored.manifest for stored in live)
        keys = {stored.key for stored in live}
        for manifest in super().all(kind, namespace):
            if key_of(manifest) not in keys:
                yield manifest
