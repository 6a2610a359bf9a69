"""A component's connection to the API server: requests take their time."""

from __future__ import annotations

from collections.abc import Callable

from kspec.api.admission.refusal import Refused
from kspec.cluster.apiserver import ApiServer, Propagation
from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key, Stored
from kspec.cluster.timing import ADMIT, CHECK, READ, REPLY, WRITE
from kspec.source.tree import Object


class Client:
    """Requests of one component, called `by` in the trace. All raise `Refused`."""

    def __init__(self, loop: Loop, api: ApiServer, by: str) -> None:
        self.by = by
        self._loop = loop
        self._api = api

    async def get(self, kind: str, key: Key) -> Stored:
        """The stored object, past the cache."""
        await self._loop.sleep(READ)
        return self._api.get(kind, key)

    async def create(self, manifest: Object) -> Stored:
        await self._loop.sleep(ADMIT if manifest.get("kind") == "Pod" else 0.0)
        return await self._write(lambda: self._api.create(manifest, self.by))

    async def create_plain(self, manifest: Object) -> Stored:
        """Create an object without admission: events and controllers' own records (ControllerRevision, Lease)."""
        return await self._write(lambda: self._api.create_plain(manifest, self.by))

    async def update(self, manifest: Object) -> Stored:
        """Replace metadata and spec. Refused if the manifest's `resourceVersion` is not the stored one."""
        await self._check(manifest)
        return await self._write(lambda: self._api.update(manifest, self.by))

    async def update_status(self, manifest: Object) -> Stored:
        """Replace status (and annotations). Refused if the manifest's `resourceVersion` is not the stored one."""
        await self._check(manifest)
        return await self._write(lambda: self._api.update_status(manifest, self.by))

    async def apply(self, manifest: Object) -> Stored:
        """`kubectl apply`."""
        return await self._write(lambda: self._api.apply(manifest, self.by))

    async def patch(self, kind: str, key: Key, body: Object, *, admitted: bool = False) -> Stored:
        """A strategic merge patch, whatever revision is stored; `admitted` ones are validated, as a user's are."""
        return await self._write(lambda: self._api.patch(kind, key, body, self.by, admitted=admitted))

    async def set_status(self, kind: str, key: Key, change: Callable[[Object], None]) -> Stored:
        """A patch of the status: `change` edits it in place, whatever revision is stored."""
        return await self._write(lambda: self._api.set_status(kind, key, change, self.by))

    async def bind(self, key: Key, change: Callable[[Object], None]) -> Stored:
        """The binding subresource of a pod: `change` edits the pod in place. Refused if it has a node or is leaving."""
        return await self._write(lambda: self._api.bind(key, change, self.by))

    async def delete(
        self,
        kind: str,
        key: Key,
        *,
        propagation: Propagation = Propagation.BACKGROUND,
        grace: int | None = None,
        uid: str = "",
    ) -> Stored:
        return await self._write(
            lambda: self._api.delete(kind, key, self.by, propagation=propagation, grace=grace, uid=uid)
        )

    async def _check(self, manifest: Object) -> None:
        """A stale version is refused at once, before anything is written."""
        await self._loop.sleep(CHECK)
        self._api.live(manifest)

    async def _write(self, request: Callable[[], Stored]) -> Stored:
        await self._loop.sleep(WRITE)
        try:
            stored = request()
        except Refused:
            await self._loop.sleep(REPLY)
            raise
        await self._loop.sleep(REPLY)
        return stored
