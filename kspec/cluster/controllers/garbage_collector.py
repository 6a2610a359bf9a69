"""Garbage collector: objects whose owners are gone go, too, and owners wait for their dependents, or let them go.

Upstream: pkg/controller/garbagecollector/{garbagecollector,graph_builder,operations,patch}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, Manager, without_owner
from kspec.cluster.deletion import FOREGROUND, ORPHAN, Propagation
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Owner, Stored
from kspec.cluster.throttle import COLLECTOR, Rate
from kspec.cluster.workqueue import WorkQueue
from kspec.domain.kinds import KINDS
from kspec.source.tree import Json

_CLUSTER_WIDE = frozenset(k.kind for k in KINDS if not k.namespaced)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an object is, or would be."""

    kind: str
    key: Key


class GarbageCollector(Controller):
    name: ClassVar[str] = "garbage-collector-controller"
    title: ClassVar[str] = "garbage-collector"
    rate: ClassVar[Rate] = COLLECTOR
    workers: ClassVar[int] = 20

    def __init__(self, manager: Manager) -> None:
        self._places: dict[str, _Place] = {}
        self._dependents: dict[str, set[str]] = {}
        super().__init__(manager)
        self._orphaning = WorkQueue(manager.loop, self._orphan, self.workers)

    def watch(self) -> None:
        for kind in {k.kind for k in KINDS} | {"ControllerRevision"}:
            if kind != "Event":
                self.cache.on(kind, self._changed)

    # -- the graph -----------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        item, before = change.now, change.before
        if change.verb is Verb.DELETED:
            self._gone(item.uid, item.owners)
            return
        self._places[item.uid] = _Place(item.kind, item.key)
        owners_before = before.owners if before is not None and change.verb is Verb.MODIFIED else ()
        self._link(item, owners_before)
        was = before if change.verb is Verb.MODIFIED else None
        if item.deleting and ORPHAN in item.finalizers and not (was is not None and was.deleting):
            self._orphaning.add((item.uid, ""))
        elif _waits_for_dependents(item) and not (was is not None and _waits_for_dependents(was)):
            for dependent in sorted(self._dependents.get(item.uid, ())):
                self._look_at(dependent)
            self._look_at(item.uid)

    def _link(self, item: Stored, before: tuple[Owner, ...]) -> None:
        mine, former = {o.uid for o in item.owners}, {o.uid for o in before}
        for uid in former - mine:
            self._dependents.get(uid, set()).discard(item.uid)
        if former - mine or {o.uid for o in before if o.block} - {o.uid for o in item.owners if o.block}:
            for uid in sorted(former):
                self._look_at(uid)
        for owner in item.owners:
            self._dependents.setdefault(owner.uid, set()).add(item.uid)
            if owner.uid not in self._places:
                namespace = "" if owner.kind in _CLUSTER_WIDE else item.namespace
                self._places[owner.uid] = _Place(owner.kind, (namespace, owner.name))
                self._look_at(owner.uid)

    def _gone(self, uid: str, owners: tuple[Owner, ...]) -> None:
        self._places.pop(uid, None)
        for owner in owners:
            self._dependents.get(owner.uid, set()).discard(uid)
            place = self._places.get(owner.uid)
            known = self.cache.get(place.kind, place.key) if place is not None else None
            if known is not None and _waits_for_dependents(known):
                self._look_at(owner.uid)
        for dependent in sorted(self._dependents.pop(uid, ())):
            self._look_at(dependent)

    def _look_at(self, uid: str) -> None:
        self.queue.add((uid, ""))

    def _of(self, uid: str) -> Iterator[Stored]:
        """The dependents of an object, as the cache has them."""
        for dependent in sorted(self._dependents.get(uid, ())):
            place = self._places.get(dependent)
            found = self.cache.get(place.kind, place.key) if place is not None else None
            if found is not None and found.uid == dependent:
                yield found

    # -- one object ----------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        uid = key[0]
        place = self._places.get(uid)
        if place is None:
            return
        known = self.cache.get(place.kind, place.key)
        if known is not None and known.uid == uid and known.deleting and not _waits_for_dependents(known):
            return
        item = await self._get(place, uid)
        if item is None:
            self._gone(uid, known.owners if known is not None and known.uid == uid else ())
        elif _waits_for_dependents(item):
            await self._wait(item)
        elif item.owners:
            await self._judge(item)

    async def _get(self, place: _Place, uid: str) -> Stored | None:
        try:
            found = await self.client.get(place.kind, place.key)
        except Refused as refused:
            if refused.refusal.code != 404:
                raise
            return None
        return found if found.uid == uid else None

    async def _wait(self, item: Stored) -> None:
        """Let an owner go when nothing that blocks it is left; otherwise see to what is left."""
        blocking = [d for d in self._of(item.uid) if any(o.uid == item.uid and o.block for o in d.owners)]
        if not blocking:
            await self._without_finalizer(item, FOREGROUND)
        for dependent in blocking:
            if not _waits_for_dependents(dependent):
                self._look_at(dependent.uid)

    async def _judge(self, item: Stored) -> None:
        """Delete an object that no owner is left of; let go of owners that are gone while others are there."""
        solid, dangling, waiting = await self._classified(item)
        if solid:
            unwanted = [*dangling, *waiting]
            if unwanted:
                references: list[Json] = [{"$patch": "delete", "uid": owner.uid} for owner in unwanted]
                body: dict[str, Json] = {"ownerReferences": references, "uid": item.uid}
                await self._try(self.client.patch(item.kind, item.key, {"metadata": body}))
            return
        dependents = list(self._of(item.uid))
        if waiting and dependents:
            if any(_waits_for_dependents(d) for d in dependents):
                unblocked: list[Json] = [{"uid": o.uid, "blockOwnerDeletion": False} for o in item.owners if o.block]
                if unblocked:
                    await self.client.patch(item.kind, item.key, {"metadata": {"ownerReferences": unblocked}})
            policy = Propagation.FOREGROUND
        elif ORPHAN in item.finalizers:
            policy = Propagation.ORPHAN
        elif FOREGROUND in item.finalizers:
            policy = Propagation.FOREGROUND
        else:
            policy = Propagation.BACKGROUND
        await self._try(self.client.delete(item.kind, item.key, propagation=policy, uid=item.uid))

    async def _classified(self, item: Stored) -> tuple[list[Owner], list[Owner], list[Owner]]:
        """The owners that are there, those that are not, and those that wait for their dependents to go."""
        solid: list[Owner] = []
        dangling: list[Owner] = []
        waiting: list[Owner] = []
        for owner in item.owners:
            namespace = "" if owner.kind in _CLUSTER_WIDE else item.namespace
            found = await self._get(_Place(owner.kind, (namespace, owner.name)), owner.uid)
            if found is None:
                dangling.append(owner)
            else:
                (waiting if _waits_for_dependents(found) else solid).append(owner)
        return solid, dangling, waiting

    async def _orphan(self, key: Key) -> None:
        """Take the owner off all its dependents, and then the finalizer off the owner."""
        place = self._places.get(key[0])
        owner = await self._get(place, key[0]) if place is not None else None
        if owner is None:
            return
        dependents = list(self._of(owner.uid))
        await self.loop.together(
            self._try(self.client.patch(d.kind, d.key, without_owner(d, owner.uid))) for d in dependents
        )
        await self._without_finalizer(owner, ORPHAN)

    async def _without_finalizer(self, item: Stored, finalizer: str) -> None:
        body: dict[str, Json] = {"$deleteFromPrimitiveList/finalizers": [finalizer]}
        await self._try(self.client.patch(item.kind, item.key, {"metadata": body}))

    async def _try(self, request: Awaitable[Stored]) -> None:
        """A request whose object may be gone by now."""
        try:
            await request
        except Refused as refused:
            if refused.refusal.code != 404:
                raise


def _waits_for_dependents(item: Stored) -> bool:
    """Whether the object is being deleted after its dependents."""
    return item.deleting and FOREGROUND in item.finalizers
