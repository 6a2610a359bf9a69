"""A component's connection to the API server: requests take their time."""

from __future__ import annotations

from collections.abc import Callable

from kspec.api.admission.refusal import Refused
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.deletion import Propagation
from kspec.cluster.loop import Loop
from kspec.cluster.stored import Key, Stored
from kspec.cluster.throttle import Rate, Throttle
from kspec.cluster.timing import ADMIT, CHECK, READ, REPLY, WRITE
from kspec.source.tree import Object


class Client:
    """Requests of one component, called `by` in the trace, and no more often than `rate`. All raise `Refused`."""

    def __init__(self, loop: Loop, api: ApiServer, by: str, rate: Rate | None = None) -> None:
        self.by = by
        self._throttle = Throttle(rate) if rate is not None else None
        self._loop = loop
        self._api = api

    async def get(self, kind: str, key: Key) -> Stored:
        """The stored object, past the cache."""
        await self._turn()
        await self._loop.sleep(READ)
        return self._api.get(kind, key)

    async def create(self, manifest: Object) -> Stored:
        longer = ADMIT if manifest.get("kind") == "Pod" else 0.0
        return await self._write(lambda: self._api.create(manifest, self.by), longer)

    async def create_plain(self, manifest: Object) -> Stored:
        """Create an object without admission: events and controllers' own records (ControllerRevision, Lease)."""
        return await self._write(lambda: self._api.create_plain(manifest, self.by))

    async def update(self, manifest: Object) -> Stored:
        """Replace metadata and spec. Refused if the manifest's `resourceVersion` is not the stored one."""
        return await self._write(lambda: self._api.update(manifest, self.by), stale=manifest)

    async def update_status(self, manifest: Object) -> Stored:
        """Replace status (and annotations). Refused if the manifest's `resourceVersion` is not the stored one."""
        return await self._write(lambda: self._api.update_status(manifest, self.by), stale=manifest)

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

    async def _turn(self) -> None:
        """Wait until the component may ask again."""
        seconds = self._throttle.take(self._loop.now) if self._throttle is not None else 0.0
        if seconds:
            await self._loop.sleep(seconds)

    async def _write(
        self, request: Callable[[], Stored], longer: float = 0.0, *, stale: Object | None = None
    ) -> Stored:
        """Send a request that takes so much `longer` than others; a manifest that is `stale` is refused at once."""
        await self._turn()
        if stale is not None:
            await self._loop.sleep(CHECK)
            self._api.live(stale)
        await self._loop.sleep(WRITE + longer)
        try:
            stored = request()
        except Refused:
            await self._loop.sleep(REPLY)
            raise
        await self._loop.sleep(REPLY)
        return stored
