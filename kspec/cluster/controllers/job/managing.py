"""The pods of a Job: as many as there may be side by side, and none of a Job that is over.

Upstream: pkg/controller/job/job_controller.go (`manageJob`, `deleteActivePods`, `deleteJobPods`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer
from kspec.cluster.controller import is_ready, phase
from kspec.cluster.controllers.job import conditions as cond
from kspec.cluster.controllers.job import pods as of
from kspec.cluster.controllers.job.backoff import left_for_index
from kspec.cluster.controllers.job.facts import Facts
from kspec.cluster.controllers.job.policies import judged
from kspec.cluster.controllers.pod_control import create_pods, delete_pod
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition, Stored

_MOST_PODS = 500


class Managing(Facts):
    """Makes and deletes pods, and keeps the counts of the status up to that."""

    async def _end(self) -> Exception | None:
        """Delete what still runs. The Job is over only when all of that has worked."""
        results = await self._controller.loop.together(self._delete(pod) for pod in self._active)
        refused = next((r for r in results if isinstance(r, Exception)), None)
        self._note_deleted([p for p, r in zip(self._active, results, strict=True) if not isinstance(r, Exception)])
        if refused is not None or not self._satisfied:
            self._verdict = None
        return refused

    async def _delete(self, pod: Stored) -> None:
        try:
            await delete_pod(self._controller, self._job, pod)
        except Refused as refused:
            if refused.refusal.code != 404:
                raise

    def _note_deleted(self, pods: Sequence[Stored]) -> None:
        self._counts["active"] -= len(pods)
        self._counts["terminating"] += len(pods)
        self._counts["ready"] -= sum(map(is_ready, pods))

    async def _go_on(self) -> tuple[Exception | None, bool]:
        """Make and delete pods; whether the Job is suspended or resumed by it is told, too."""
        refused: Exception | None = None
        managed = self._satisfied and not self._job.deleting
        if managed:
            refused = await self._manage()
        wanted = 1 if self._completions is None else self._completions
        if self._succeeded >= wanted and not self._counts["active"]:
            self._verdict = cond.REACHED
            return refused, False
        return refused, managed and self._note_suspension()

    def _note_suspension(self) -> bool:
        suspended = of.is_suspended(self._job)
        told = (
            Condition(cond.SUSPENDED, "True", "JobSuspended", "Job suspended", stamp(self._now))
            if suspended
            else Condition(cond.SUSPENDED, "False", "JobResumed", "Job resumed", stamp(self._now))
        )
        before, self._conditions = self._conditions, cond.ensured(self._conditions, told)
        if before == self._conditions:
            return False
        if suspended:
            self._status.pop("startTime", None)
            self._controller.events.normal(self._job, "Suspended", told.message)
        else:
            self._status["startTime"] = stamp(self._now)
            self._controller.events.normal(self._job, "Resumed", told.message)
        return True

    async def _manage(self) -> Exception | None:
        active = len(self._active)
        wanted = 0 if of.is_suspended(self._job) else self._wanted(active)
        at_least = max(0, active - wanted)
        extra = self._active if of.is_suspended(self._job) else of.to_remove(self._job, self._active, at_least)
        if extra or of.is_suspended(self._job):
            return await self._remove(extra[:_MOST_PODS] if not of.is_suspended(self._job) else extra)
        leaving = self._counts["terminating"] if of.replaces_only_failed(self._job) else 0
        missing = wanted - leaving - active
        return await self._create(min(missing, _MOST_PODS)) if missing > 0 else None

    def _wanted(self, active: int) -> int:
        parallelism = integer(self._job.spec, "parallelism")
        if self._completions is None:
            return active if self._succeeded else parallelism
        return max(0, min(self._completions - self._succeeded, parallelism))

    async def _remove(self, pods: Sequence[Stored]) -> Exception | None:
        """Delete pods that count for nothing."""
        expectations, key = self._controller.expectations, self._job.key
        expectations.expect_deletions(key, {pod.key for pod in pods})

        async def one(pod: Stored) -> None:
            try:
                if of.is_tracked(pod):
                    await self._client.patch("Pod", pod.key, of.UNTRACK)
                await delete_pod(self._controller, self._job, pod)
            except Refused as refused:
                expectations.deleted(key, pod.key)
                if refused.refusal.code != 404:
                    raise

        results = await self._controller.loop.together(one(pod) for pod in pods)
        self._note_deleted([p for p, r in zip(pods, results, strict=True) if not isinstance(r, Exception)])
        return next((r for r in results if isinstance(r, Exception)), None)

    async def _create(self, count: int) -> Exception | None:
        per_index = of.limit_per_index(self._job) is not None
        waiting = 0.0 if per_index else self._backoff.left(self._now)
        missing: list[int | None] = [None] * count
        if of.is_indexed(self._job) and not waiting:
            pending = self._pending_indexes(count)
            missing = list(pending)
            if per_index:
                waits = {i: left_for_index(self._delayed.get(i), self._now) for i in pending}
                missing = [i for i in pending if not waits[i]]
                waiting = 0.0 if missing else min(waits.values(), default=0.0)
        if waiting:
            self._controller.look_later(self._job.key, waiting)
            self._counts["active"] = 0
            return None
        manifests = [of.new_pod(self._job, index, self._failures(index)) for index in missing]
        expectations, key = self._controller.expectations, self._job.key
        expectations.expect_creations(key, len(manifests))
        self._counts["active"] += len(manifests)

        def gave_up(number: int) -> None:
            expectations.created(key, number)
            self._counts["active"] -= number

        return await create_pods(self._controller, self._job, manifests, gave_up)

    def _pending_indexes(self, count: int) -> list[int]:
        """The first indexes that have neither ended nor a pod."""
        taken = self._succeeded_indexes | (self._failed_indexes or frozenset())
        there = [*self._active]
        if of.replaces_only_failed(self._job):
            there += [p for p in self._pods if p.deleting and phase(p) not in ("Succeeded", "Failed")]
        taken |= {i for i in map(of.index_of, there) if i is not None}
        free = (i for i in range(self._completions or 0) if i not in taken)
        return [i for _, i in zip(range(count), free, strict=False)]

    def _failures(self, index: int | None) -> dict[str, str]:
        """The annotations in which a pod inherits the failures of its index."""
        if index is None or of.limit_per_index(self._job) is None:
            return {}
        before = self._delayed.get(index)
        if before is None:
            return {of.FAILURES: "0"}
        counts = judged(self._job, before).counts
        ignored = of.all_failures_of(before) - of.failures_of(before) + (not counts)
        out = {of.FAILURES: str(of.failures_of(before) + counts)}
        return out | ({of.IGNORED_FAILURES: str(ignored)} if ignored else {})
