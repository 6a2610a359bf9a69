"""TTL after finished: Jobs that have ended are deleted after `spec.ttlSecondsAfterFinished`.

Upstream: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go (v1.36).
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.cluster.controller import Controller
from kspec.cluster.deletion import Propagation
from kspec.cluster.moments import seconds_of
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored


class TTLAfterFinishedController(Controller):
    name: ClassVar[str] = "ttl-after-finished-controller"
    title: ClassVar[str] = "ttl-after-finished"

    def watch(self) -> None:
        self.cache.on("Job", self._changed)

    def _changed(self, change: Change) -> None:
        if change.verb is not Verb.DELETED and _expires(change.now) is not None:
            self.queue.add(change.now.key)

    async def sync(self, key: Key) -> None:
        job = self.cache.get("Job", key)
        if job is None or self._waits(job):
            return
        try:
            fresh = await self.client.get("Job", key)
            if not self._waits(fresh):
                await self.client.delete("Job", key, propagation=Propagation.FOREGROUND, uid=fresh.uid)
        except Refused as refused:
            if refused.refusal.code != 404:
                raise

    def _waits(self, job: Stored) -> bool:
        """Whether there is nothing to do now; a Job whose time will come is looked at then."""
        expires = _expires(job)
        if expires is None or job.deleting:
            return True
        if expires > self.loop.now:
            self.queue.add_after(job.key, expires - self.loop.now)
            return True
        return False


def _expires(job: Stored) -> float | None:
    """When a finished Job is to be deleted, in seconds; None for one that stays."""
    ttl = job.spec.get("ttlSecondsAfterFinished")
    ended = next((c for c in job.conditions if c.type in ("Complete", "Failed") and c.status == "True"), None)
    return seconds_of(ended.transitioned) + ttl if ended is not None and isinstance(ttl, int) else None
