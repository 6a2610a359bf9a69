"""ReplicaSet: as many pods as `spec.replicas` says.

Upstream: pkg/controller/replicaset/{replica_set,replica_set_utils}.go, pkg/controller/controller_utils.go
(`ActivePodsWithRanks`), pkg/controller/controller_ref_manager.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, mapping, obj
from kspec.cluster.controller import (
    Controller,
    Expectations,
    is_active,
    is_ready,
    matches,
    of_ending_namespace,
    phase,
    pod_from,
    selector_of,
)
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.ranking import to_delete
from kspec.cluster.moments import seconds_of, stamp
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Condition, Key, Stored, conditions_json
from kspec.source.tree import Object

_BURST = 500
"""Pods that are created or deleted in one sync at most."""
_FAILURE = "ReplicaFailure"


@dataclass(frozen=True, slots=True)
class Failure:
    """Pods could not be created, or deleted."""

    reason: str
    refused: Refused

    @property
    def message(self) -> str:
        return self.refused.refusal.message


class ReplicaSetController(Controller):
    """`kind` is that of the sets it looks after."""

    name: ClassVar[str] = "replicaset-controller"
    title: ClassVar[str] = "replicaset"
    kind: ClassVar[str] = "ReplicaSet"

    def watch(self) -> None:
        self.expectations = Expectations()
        self.cache.on(self.kind, self._set_changed)
        self.cache.on("Pod", self._pod_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _set_changed(self, change: Change) -> None:
        if change.verb is Verb.DELETED:
            self.expectations.forget(change.now.key)
        self.queue.add(change.now.key)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before
        if change.verb is Verb.DELETED or pod.deleting:
            self._pod_gone(pod)
            return
        mine = self.controller_of(pod, self.kind)
        if change.verb is Verb.ADDED:
            if mine is not None:
                self.expectations.created(mine.key)
                self.queue.add(mine.key)
            elif pod.controller is None:
                self._offer(pod)
            return
        assert before is not None
        moved = before.controller != pod.controller
        if moved:
            former = self.controller_of(before, self.kind)
            if former is not None:
                self.queue.add(former.key)
        if mine is not None:
            self.queue.add(mine.key)
            seconds = integer(mine.spec, "minReadySeconds")
            if seconds and is_ready(pod) and not is_ready(before):
                self.queue.add_after(mine.key, seconds + 1)
        elif pod.controller is None and (moved or before.labels != pod.labels):
            self._offer(pod)

    def _pod_gone(self, pod: Stored) -> None:
        mine = self.controller_of(pod, self.kind)
        if mine is not None:
            self.expectations.deleted(mine.key, pod.key)
            self.queue.add(mine.key)

    def _offer(self, pod: Stored) -> None:
        """Somebody may want a pod that has no controller."""
        for candidate in self.cache.list(self.kind, pod.namespace):
            if matches(selector_of(candidate), pod.labels):
                self.queue.add(candidate.key)

    # -- one ReplicaSet ------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        found = self.cache.get(self.kind, key)
        if found is None:
            self.expectations.forget(key)
            return
        needs_sync = self.expectations.satisfied(key)
        mine = list(self.cache.owned("Pod", found))
        around = [*mine, *self.cache.orphans("Pod", key[0])]
        selector = selector_of(found)
        pods = await claim(self, found, filter(is_active, around), lambda pod: matches(selector, pod.labels))
        ending = [pod for pod in mine if pod.deleting and phase(pod) not in ("Succeeded", "Failed")]
        failure: Failure | None = None
        if needs_sync and not found.deleting:
            failure = await self._manage(found, pods)
        status = self._status(found, pods, len(ending), failure)
        await self._write(found, status)
        seconds = integer(found.spec, "minReadySeconds")
        if seconds and integer(status, "readyReplicas") != integer(status, "availableReplicas"):
            self.queue.add_after(key, _soonest(pods, seconds, self.loop.now))
        if failure is not None:
            raise failure.refused

    async def _manage(self, found: Stored, pods: Sequence[Stored]) -> Failure | None:
        more = integer(found.spec, "replicas") - len(pods)
        if more > 0:
            return await self._create(found, min(more, _BURST))
        if more < 0:
            related = [pod for pod in self._related(found) if is_active(pod)]
            return await self._delete(found, to_delete(pods, related, min(-more, _BURST), self.loop.now))
        return None

    async def _create(self, found: Stored, count: int) -> Failure | None:
        """Create pods in batches of 1, 2, 4 and so on, until one is refused."""
        self.expectations.expect_creations(found.key, count)
        done, size = 0, 1
        refused: Refused | None = None
        while done < count and refused is None:
            size = min(size, count - done)
            results = await self.loop.together(self._create_one(found) for _ in range(size))
            refusals = [r for r in results if isinstance(r, Refused)]
            done += size - len(refusals)
            refused = refusals[0] if refusals else None
            size *= 2
        self.expectations.created(found.key, count - done)
        return Failure("FailedCreate", refused) if refused else None

    async def _create_one(self, found: Stored) -> None:
        try:
            pod = await self.client.create(pod_from(found.spec.get("template"), found))
        except Refused as refused:
            if of_ending_namespace(refused):
                return
            self.events.warning(found, "FailedCreate", f"Error creating: {refused.refusal.message}")
            raise
        self.events.normal(found, "SuccessfulCreate", f"Created pod: {pod.name}")

    async def _delete(self, found: Stored, pods: Sequence[Stored]) -> Failure | None:
        self.expectations.expect_deletions(found.key, {pod.key for pod in pods})
        results = await self.loop.together(self._delete_one(found, pod) for pod in pods)
        refused = next((r for r in results if isinstance(r, Refused)), None)
        return Failure("FailedDelete", refused) if refused else None

    async def _delete_one(self, found: Stored, pod: Stored) -> None:
        try:
            await self.client.delete("Pod", pod.key)
        except Refused as refused:
            self.expectations.deleted(found.key, pod.key)
            if refused.refusal.code == 404:
                return
            self.events.warning(found, "FailedDelete", f"Error deleting: {refused.refusal.message}")
            raise
        self.events.normal(found, "SuccessfulDelete", f"Deleted pod: {pod.name}")

    def _related(self, found: Stored) -> Iterable[Stored]:
        """The pods of all ReplicaSets of the same Deployment."""
        deployment = self.controller_of(found, "Deployment")
        family = self.cache.owned(self.kind, deployment) if deployment is not None else (found,)
        for replica_set in family:
            yield from self.cache.owned("Pod", replica_set)

    # -- status --------------------------------------------------------------------------------------------------------

    def _status(self, found: Stored, pods: Sequence[Stored], ending: int, failure: Failure | None) -> Object:
        labels = mapping(obj(found.spec, "template"), "metadata", "labels")
        seconds = integer(found.spec, "minReadySeconds")
        counts = {
            "fullyLabeledReplicas": sum(labels.items() <= pod.labels.items() for pod in pods),
            "readyReplicas": sum(is_ready(pod) for pod in pods),
            "availableReplicas": sum(is_available(pod, seconds, self.loop.now) for pod in pods),
        }
        status: Object = {"replicas": len(pods)}
        status |= {name: count for name, count in counts.items() if count}
        status |= {**self.ending(ending), "observedGeneration": found.generation}
        conditions = [c for c in found.conditions if c.type != _FAILURE]
        known = found.condition(_FAILURE)
        if failure is not None:
            told = Condition(_FAILURE, "True", failure.reason, failure.message, stamp(self.loop.now))
            conditions.append(known or told)
        if conditions:
            status["conditions"] = conditions_json(conditions)
        return status

    def ending(self, count: int) -> Object:
        """How the status tells of pods that are on their way out."""
        return {"terminatingReplicas": count}

    async def _write(self, found: Stored, status: Object) -> None:
        if found.status == status:
            return
        try:
            await self.client.update_status(found.with_status(status))
        except Refused as refused:
            if refused.refusal.code != 409:
                raise
            fresh = await self.client.get(self.kind, found.key)
            await self.client.update_status(fresh.with_status({**status, "observedGeneration": fresh.generation}))


def _soonest(pods: Iterable[Stored], min_ready_seconds: int, now: float) -> float:
    """In how many seconds the next pod will be available."""
    ready = (pod.condition("Ready") for pod in pods if is_ready(pod))
    left = [seconds_of(c.transitioned) + min_ready_seconds - now for c in ready if c is not None]
    return min((seconds for seconds in left if seconds > 0), default=min_ready_seconds)


def is_available(pod: Stored, min_ready_seconds: int, now: float) -> bool:
    """Whether a pod has been ready for long enough."""
    ready = pod.condition("Ready")
    if ready is None or ready.status != "True":
        return False
    return not min_ready_seconds or seconds_of(ready.transitioned) + min_ready_seconds <= now
