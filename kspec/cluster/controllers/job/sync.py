"""One look at a Job: which pods are made and deleted, whether the Job is over, and the counting.

A pod that has ended is counted once: its uid is noted in the status, its finalizer is taken off, and then the counter
goes up. What ends a Job is announced together with the first of these steps and holds with the last one.

Upstream: pkg/controller/job/job_controller.go (`syncJob`, `manageJob`, `trackJobStatusAndRemoveFinalizers`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, obj, objects, text, texts
from kspec.cluster.controller import is_active, is_ready, phase
from kspec.cluster.controllers.job import conditions as cond
from kspec.cluster.controllers.job import indexes
from kspec.cluster.controllers.job import pods as of
from kspec.cluster.controllers.job.backoff import Record, left_for_index
from kspec.cluster.controllers.job.conditions import Verdict
from kspec.cluster.controllers.job.policies import Action, judged, success
from kspec.cluster.controllers.pod_control import create_pods, delete_pod
from kspec.cluster.moments import seconds_of, stamp
from kspec.cluster.stored import Condition, Stored, conditions_json
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.cluster.controllers.job.controller import JobController

_MOST_PODS = 500
_MOST_UNCOUNTED = 500


class Sync:
    """One Job and its pods at one moment."""

    def __init__(self, controller: JobController, job: Stored, pods: Sequence[Stored], *, satisfied: bool) -> None:
        self._controller = controller
        self._client = controller.client
        self._job = job
        self._pods = list(pods)
        self._satisfied = satisfied
        self._now = controller.loop.now
        self._active = [pod for pod in pods if is_active(pod)]
        self._counts = {
            "active": len(self._active),
            "ready": sum(map(is_ready, self._active)),
            "terminating": sum(pod.deleting and phase(pod) not in ("Succeeded", "Failed") for pod in pods),
        }
        self._status: Object = dict(job.status)
        self._conditions = job.conditions
        uncounted = obj(job.status, "uncountedTerminatedPods")
        self._uncounted = {name: texts(uncounted, name) for name in ("succeeded", "failed")}
        self._removed = set(controller.untracking.get(job.key, ()))
        self._completions = of.completions_of(job)
        self._verdict: Verdict | None = None
        new_succeeded, new_failed = self._newly_ended()
        self._succeeded = integer(job.status, "succeeded") + len(new_succeeded) + len(self._uncounted["succeeded"])
        counted = sum(judged(job, pod).counts for pod in new_failed)
        self._failed = integer(job.status, "failed") + counted + len(self._uncounted["failed"])
        self._backoff = controller.backoffs.get(job.key, Record()).after(new_succeeded, new_failed)
        self._succeeded_before: frozenset[int] = frozenset()
        self._succeeded_indexes: frozenset[int] = frozenset()
        self._failed_indexes: frozenset[int] | None = None
        self._delayed: dict[int, Stored] = {}

    async def run(self) -> None:
        if not text(self._status, "startTime") and not of.is_suspended(self._job):
            self._status["startTime"] = stamp(self._now)
        self._decide()
        refused: Exception | None = None
        changed = False
        if self._verdict is not None:
            refused = await self._end()
        else:
            refused, changed = await self._go_on()
        before = self._job.status
        changed = changed or integer(before, "active") != self._counts["active"]
        changed = changed or any(before.get(name) != self._counts[name] for name in ("ready", "terminating"))
        self._status |= self._counts
        await self._track(changed)
        if refused is not None:
            raise refused

    # -- whether it is over --------------------------------------------------------------------------------------------

    def _newly_ended(self) -> tuple[list[Stored], list[Stored]]:
        """Pods that have ended and are in no count and no list."""
        fresh = [pod for pod in self._pods if of.is_tracked(pod) and pod.uid not in self._removed]
        if of.is_indexed(self._job):
            fresh = [pod for pod in fresh if of.valid_index(self._job, pod) is not None]
        succeeded = [p for p in fresh if phase(p) == "Succeeded" and p.uid not in self._uncounted["succeeded"]]
        failed = [p for p in fresh if of.is_failed(self._job, p) and p.uid not in self._uncounted["failed"]]
        return succeeded, failed

    def _decide(self) -> None:
        job = self._job
        self._verdict = cond.announced(self._conditions) or self._failed_by_policy() or self._past_a_limit()
        if not of.is_indexed(job) or self._completions is None:
            return
        self._count_indexes(self._completions)
        self._succeeded = len(self._succeeded_indexes)
        if self._failed_indexes is not None and self._verdict is None:
            most = job.spec.get("maxFailedIndexes")
            failed = len(self._failed_indexes)
            if isinstance(most, int) and failed > most:
                self._verdict = cond.TOO_MANY_INDEXES
            elif failed and failed + self._succeeded >= self._completions:
                self._verdict = cond.FAILED_INDEXES
        if self._failed_indexes is not None:
            self._delayed = self._waiting_for_replacement()
        met = success(job, self._succeeded_indexes, self._completions)
        if self._verdict is None and met:
            self._verdict = Verdict(False, "SuccessPolicy", met)

    def _failed_by_policy(self) -> Verdict | None:
        failed = (pod for pod in self._pods if of.is_failed(self._job, pod))
        message = next((m for m in (judged(self._job, pod).message for pod in failed) if m), "")
        return Verdict(True, "PodFailurePolicy", message) if message else None

    def _past_a_limit(self) -> Verdict | None:
        job = self._job
        limit = integer(job.spec, "backoffLimit")
        if self._failed > limit or self._restarted_too_often(limit):
            return cond.PAST_BACKOFF
        deadline = job.spec.get("activeDeadlineSeconds")
        if isinstance(deadline, int) and not of.is_suspended(job):
            left = seconds_of(text(self._status, "startTime")) + deadline - self._now
            if left <= 0:
                return cond.PAST_DEADLINE
            self._controller.queue.add_after(job.key, left)
        return None

    def _restarted_too_often(self, limit: int) -> bool:
        if text(self._job.spec, "template", "spec", "restartPolicy") != "OnFailure":
            return False
        restarts = sum(
            integer(status, "restartCount")
            for pod in self._pods
            if phase(pod) in ("Running", "Pending")
            for name in ("initContainerStatuses", "containerStatuses")
            for status in objects(pod.status, name)
        )
        return restarts > 0 if limit == 0 else restarts >= limit

    def _count_indexes(self, completions: int) -> None:
        job = self._job
        self._succeeded_before = indexes.parsed(text(job.status, "completedIndexes"), completions)
        tracked = [(of.valid_index(job, p), p) for p in self._pods if of.is_tracked(p)]
        new = {index for index, pod in tracked if index is not None and phase(pod) == "Succeeded"}
        self._succeeded_indexes = self._succeeded_before | new
        limit = of.limit_per_index(job)
        if limit is not None:
            before = indexes.parsed(text(job.status, "failedIndexes"), completions)
            failed = {i for i, pod in tracked if i is not None and self._fails_index(pod, limit)}
            self._failed_indexes = before | failed

    def _fails_index(self, pod: Stored, limit: int) -> bool:
        if not of.is_failed(self._job, pod):
            return False
        rule = judged(self._job, pod)
        return rule.action is Action.FAIL_INDEX or (rule.counts and of.failures_of(pod) >= limit)

    def _waiting_for_replacement(self) -> dict[int, Stored]:
        """The last failed pod of each index that gets another one: it is kept until that is there, for its count."""
        over = self._succeeded_indexes | (self._failed_indexes or frozenset())
        over |= {i for i in map(of.index_of, self._active) if i is not None}
        found: dict[int, Stored] = {}
        for pod in self._pods:
            index = of.valid_index(self._job, pod)
            waits = of.is_tracked(pod) and pod.uid not in self._removed and of.is_failed(self._job, pod)
            if index is None or index in over or not waits:
                continue
            known = found.get(index)
            newer = known is None or (
                of.all_failures_of(known) <= of.all_failures_of(pod) and of.finished_at(pod) >= of.finished_at(known)
            )
            if newer:
                found[index] = pod
        return found

    # -- pods ----------------------------------------------------------------------------------------------------------

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

    # -- counting ------------------------------------------------------------------------------------------------------

    async def _track(self, changed: bool) -> None:
        tracked = {p.uid for p in self._pods if of.is_tracked(p) and p.uid not in self._removed}
        changed = self._settle(tracked) or changed
        done, noted, complete = self._note_ended()
        changed = changed or noted
        if of.is_indexed(self._job):
            changed = self._note_indexes() or changed
        verdict = self._verdict
        if verdict is not None and cond.announced(self._conditions) is None:
            told = Condition(verdict.announced, "True", verdict.reason, verdict.message, stamp(self._now))
            self._conditions = (*self._conditions, told)
            changed = True
        job = self._job
        if changed:
            job = await self._write(job)
            self._controller.backoffs[job.key] = self._backoff
        removed, refused = await self._untrack(done)
        changed = self._settle(tracked - removed)
        if refused is not None:
            if changed:
                await self._write(job)
            raise refused
        over = complete and verdict is not None and self._finish(verdict)
        if changed or over:
            await self._write(job)
        if over and verdict is not None:
            self._say_finished(verdict)

    def _settle(self, tracked: set[str]) -> bool:
        """Count noted pods that have lost their finalizer; whether there were any."""
        changed = False
        for name, uids in self._uncounted.items():
            left = [uid for uid in uids if uid in tracked]
            if len(left) != len(uids):
                self._status[name] = integer(self._status, name) + len(uids) - len(left)
                self._uncounted[name] = left
                changed = True
        return changed

    def _note_ended(self) -> tuple[list[Stored], bool, bool]:
        """The pods whose finalizer can go; whether some of them are noted only now; whether these are all."""
        done: list[Stored] = []
        noted = False
        new_indexes: set[int] = set()
        pods = sorted(self._pods, key=lambda p: of.index_of(p) or 0) if of.is_indexed(self._job) else self._pods
        for pod in pods:
            failed = of.is_failed(self._job, pod)
            if not of.is_tracked(pod) or pod.uid in self._removed or not self._can_go(pod, failed=failed):
                continue
            done.append(pod)
            index = of.valid_index(self._job, pod)
            if phase(pod) == "Succeeded" and pod.uid not in self._uncounted["failed"]:
                if of.is_indexed(self._job):
                    if index is not None and index not in self._succeeded_before:
                        new_indexes.add(index)
                        noted = True
                elif pod.uid not in self._uncounted["succeeded"]:
                    self._uncounted["succeeded"].append(pod.uid)
                    noted = True
            elif failed or (self._verdict is not None and self._verdict.failed):
                known = pod.uid in self._uncounted["failed"] or (of.is_indexed(self._job) and index is None)
                if not known and judged(self._job, pod).counts:
                    self._uncounted["failed"].append(pod.uid)
                    noted = True
            if len(new_indexes) + sum(map(len, self._uncounted.values())) >= _MOST_UNCOUNTED:
                return done, noted, False
        return done, noted, True

    def _can_go(self, pod: Stored, *, failed: bool) -> bool:
        if self._job.deleting or self._verdict is not None or phase(pod) == "Succeeded":
            return True
        if not failed:
            return False
        index = of.index_of(pod)
        waiting = self._delayed.get(index) if index is not None else None
        return waiting is None or waiting.uid != pod.uid

    def _note_indexes(self) -> bool:
        completed = indexes.written(self._succeeded_indexes)
        changed = completed != text(self._job.status, "completedIndexes")
        self._status["succeeded"] = len(self._succeeded_indexes)
        self._status["completedIndexes"] = completed
        if self._failed_indexes is not None:
            failed = indexes.written(self._failed_indexes)
            changed = changed or failed != self._job.status.get("failedIndexes")
            self._status["failedIndexes"] = failed
        return changed

    async def _untrack(self, pods: Sequence[Stored]) -> tuple[set[str], Exception | None]:
        """Take the finalizer off pods; the uids of those without it, and what went wrong."""
        expected = self._controller.untracking.setdefault(self._job.key, set())
        expected.update(pod.uid for pod in pods)

        async def one(pod: Stored) -> None:
            try:
                await self._client.patch("Pod", pod.key, of.UNTRACK)
            except Refused as refused:
                expected.discard(pod.uid)
                if refused.refusal.code != 404:
                    raise

        results = await self._controller.loop.together(one(pod) for pod in pods)
        removed = {p.uid for p, r in zip(pods, results, strict=True) if not isinstance(r, Exception)}
        return removed, next((r for r in results if isinstance(r, Exception)), None)

    def _finish(self, verdict: Verdict) -> bool:
        """Say that the Job is over, unless pods are still to be counted or to end."""
        if any(self._uncounted.values()) or self._counts["terminating"]:
            return False
        now = stamp(self._controller.loop.now)
        told = Condition(verdict.final, "True", verdict.reason, verdict.message, now)
        self._conditions = cond.ensured(self._conditions, told)
        if not verdict.failed:
            self._status["completionTime"] = now
        return True

    def _say_finished(self, verdict: Verdict) -> None:
        events = self._controller.events
        if verdict.failed:
            events.warning(self._job, verdict.reason, verdict.message)
            return
        if self._completions is not None and integer(self._status, "succeeded") > self._completions:
            said = "Too many succeeded pods running after completion count reached"
            events.warning(self._job, "TooManySucceededPods", said)
        events.normal(self._job, "Completed", "Job completed")

    async def _write(self, job: Stored) -> Stored:
        """Tell the status; zeroes are left out where the API leaves them out."""
        uncounted: Object = {name: list[Json](uids) for name, uids in self._uncounted.items() if uids}
        status = {**self._status, "uncountedTerminatedPods": uncounted}
        for name in ("active", "succeeded", "failed", "completedIndexes"):
            if not status.get(name):
                status.pop(name, None)
        if self._conditions:
            status["conditions"] = conditions_json(self._conditions)
        return await self._client.update_status(job.with_status(status))
