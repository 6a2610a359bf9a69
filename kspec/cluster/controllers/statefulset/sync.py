"""One look at a StatefulSet: what is created, removed or replaced now, and the status that is told.

With `OrderedReady` everything happens one pod at a time and waits for the pods before; with `Parallel` only updates do.
`maxUnavailable` of a rolling update has no effect: its feature gate is off by default.

Upstream: pkg/controller/statefulset/stateful_set_control.go, stateful_pod_control.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller, phase
from kspec.cluster.controllers.history import template_of
from kspec.cluster.controllers.statefulset import pods as of
from kspec.cluster.controllers.statefulset.claims import create_claims, settle_owners
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Object

_LARGEST_BATCH = 500
_COMPARED = (
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "currentRevision",
    "updateRevision",
)


@dataclass(frozen=True, slots=True)
class Revisions:
    """Where a set comes from and where it goes; the same when it has arrived."""

    current: Stored
    update: Stored


class Sync:
    """One set at one moment."""

    def __init__(
        self, controller: Controller, found: Stored, revisions: Revisions, pods: Sequence[Stored], collisions: int
    ) -> None:
        self._controller = controller
        self._client = controller.client
        self._found = found
        self._revisions = revisions
        self._now = controller.loop.now
        self.status: Object = {
            "observedGeneration": found.generation,
            "currentRevision": revisions.current.name,
            "updateRevision": revisions.update.name,
            "collisionCount": collisions,
        }
        self._count(pods)
        start, desired = of.start_of(found), of.desired_of(found)
        by_ordinal = {of.ordinal_of(pod): pod for pod in pods}
        self._replicas = [by_ordinal.get(n) or self._new(n) for n in range(start, start + desired)]
        outside = [pod for n, pod in by_ordinal.items() if not start <= n < start + desired]
        self._condemned = sorted(outside, key=of.ordinal_of, reverse=True)
        self._first_unavailable = next(
            (p for p in [*self._replicas, *reversed(self._condemned)] if of.is_unavailable(found, p, self._now)), None
        )

    async def run(self) -> Refused | None:
        """Act, and tell the status whatever came of it; what was refused."""
        refused: Refused | None = None
        try:
            if not self._found.deleting:
                await self._act()
        except Refused as error:
            refused = error
        self._complete()
        await self._tell()
        return refused

    async def _act(self) -> None:
        blocked = True
        try:
            blocked = await self._for_all(self._replicas, self._replica)
            blocked = blocked or await self._for_all(self._condemned, self._claims)
            blocked = blocked or await self._for_all(self._condemned, self._remove)
        finally:
            self._count([*self._replicas, *self._condemned])
        if not blocked and not of.is_on_delete(self._found):
            await self._replace()

    async def _for_all(self, pods: Sequence[Stored], work: Callable[[Stored], Awaitable[bool]]) -> bool:
        """Whether something blocks: in order, one by one; or in batches of 1, 2, 4 and so on, where nothing does."""
        if not of.is_parallel(self._found):
            for pod in pods:
                if await work(pod):
                    return True
            return False
        done, size = 0, 1
        while done < len(pods):
            batch = pods[done : done + size]

            async def one(pod: Stored) -> bool:
                return await work(pod)

            results = await self._controller.loop.together(one(pod) for pod in batch)
            refused = next((r for r in results if isinstance(r, Exception)), None)
            if refused is not None:
                raise refused
            done, size = done + len(batch), min(size * 2, _LARGEST_BATCH)
        return False

    # -- pods ----------------------------------------------------------------------------------------------------------

    def _new(self, ordinal: int) -> Stored:
        found = self._found
        rolls = not of.is_on_delete(found)
        old = rolls and ordinal < of.start_of(found) + of.partition_of(found)
        revision = self._revisions.current if old else self._revisions.update
        return of.new_pod(found, template_of(revision), revision.name, ordinal)

    async def _replica(self, pod: Stored) -> bool:
        """Look after a pod that there must be; whether those after it must wait."""
        ordered = not of.is_parallel(self._found)
        if phase(pod) in ("Failed", "Succeeded"):
            if not pod.deleting:
                await self._delete(pod)
            return True
        if not of.is_created(pod):
            await self._create(pod)
            return ordered
        if phase(pod) == "Pending":
            await create_claims(self._controller, self._found, pod)
        if ordered and of.is_unavailable(self._found, pod, self._now):
            return True
        if not of.identity_matches(self._found, pod):
            await self._mend(pod)
        await settle_owners(self._controller, self._found, pod)
        return False

    async def _claims(self, pod: Stored) -> bool:
        await settle_owners(self._controller, self._found, pod)
        return False

    async def _remove(self, pod: Stored) -> bool:
        """Take away a pod that is too many; whether the others must wait."""
        ordered = not of.is_parallel(self._found)
        if pod.deleting:
            return ordered
        available = of.is_running_available(self._found, pod, self._now)
        if ordered and not available and pod is not self._first_unavailable:
            return True
        await self._delete(pod)
        return True

    async def _replace(self) -> None:
        """Delete the last pod that is not of the new revision, if all after it are available."""
        for number in reversed(range(of.partition_of(self._found), len(self._replicas))):
            pod = self._replicas[number]
            if of.revision_of(pod) != self._revisions.update.name and not pod.deleting:
                await self._delete(pod)
                counted = self.status.get("currentReplicas", 0)
                assert isinstance(counted, int)
                self.status["currentReplicas"] = counted - 1
                return
            if of.is_unavailable(self._found, pod, self._now):
                return

    async def _create(self, pod: Stored) -> None:
        await create_claims(self._controller, self._found, pod)
        try:
            await self._client.create(pod.draft())
        except Refused as refused:
            if refused.refusal.reason != "AlreadyExists":
                self._failed("Create", pod, refused)
            raise
        self._said("Create", pod)

    async def _delete(self, pod: Stored) -> None:
        try:
            await self._client.delete("Pod", pod.key)
        except Refused as refused:
            self._failed("Delete", pod, refused)
            raise
        self._said("Delete", pod)

    async def _mend(self, pod: Stored) -> None:
        """Give a pod the labels back that make it known."""
        draft = pod.draft()
        labels = part(draft, "metadata", "labels")
        labels[of.NAME_LABEL], labels[of.INDEX_LABEL] = pod.name, str(of.ordinal_of(pod))
        try:
            await self._client.update(draft)
        except Refused as refused:
            self._failed("Update", pod, refused)
            raise
        self._said("Update", pod)

    def _said(self, verb: str, pod: Stored) -> None:
        message = f"{verb} Pod {pod.name} in StatefulSet {self._found.name} successful"
        self._controller.events.normal(self._found, f"Successful{verb}", message)

    def _failed(self, verb: str, pod: Stored, refused: Refused) -> None:
        message = f"{verb} Pod {pod.name} in StatefulSet {self._found.name} failed error: {refused.refusal.message}"
        self._controller.events.warning(self._found, f"Failed{verb}", message)

    # -- status --------------------------------------------------------------------------------------------------------

    def _count(self, pods: Sequence[Stored]) -> None:
        """Count pods as they were seen at the beginning."""
        found, names = self._found, self._revisions
        there = [pod for pod in pods if of.is_created(pod)]
        staying = [pod for pod in there if not pod.deleting]
        self.status |= {
            "replicas": len(there),
            "readyReplicas": sum(of.is_running_ready(pod) for pod in there),
            "availableReplicas": sum(of.is_running_available(found, pod, self._now) for pod in there),
            "currentReplicas": sum(of.revision_of(pod) == names.current.name for pod in staying),
            "updatedReplicas": sum(of.revision_of(pod) == names.update.name for pod in staying),
        }

    def _complete(self) -> None:
        """The set has arrived when every pod is ready and new."""
        status, desired = self.status, of.desired_of(self._found)
        arrived = all(status[name] == desired for name in ("updatedReplicas", "readyReplicas", "replicas"))
        if arrived and not of.is_on_delete(self._found):
            status["currentReplicas"] = status["updatedReplicas"]
            status["currentRevision"] = status["updateRevision"]

    async def _tell(self) -> None:
        before = self._found.status
        new_generation = self._found.generation > _number(before, "observedGeneration")
        if not new_generation and all((before.get(n) or 0) == (self.status[n] or 0) for n in _COMPARED):
            return
        always = ("replicas", "availableReplicas", "collisionCount")
        told: Object = {name: value for name, value in self.status.items() if value or name in always}
        try:
            await self._client.update_status(self._found.with_status(told))
        except Refused as refused:
            if refused.refusal.code != 409:
                raise
            fresh = await self._client.get("StatefulSet", self._found.key)
            await self._client.update_status(fresh.with_status(told))


def _number(status: Object, name: str) -> int:
    value = status.get(name)
    return value if isinstance(value, int) else 0
