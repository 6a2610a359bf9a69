"""One look at a Job: its pods, whether it is over, and the counting.

A pod that has ended is counted once: its uid is noted in the status, its finalizer is taken off, and then the counter
goes up. What ends a Job is announced together with the first of these steps and holds with the last one.

Upstream: pkg/controller/job/job_controller.go (`syncJob`, `trackJobStatusAndRemoveFinalizers`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer, text
from kspec.cluster.controller import phase
from kspec.cluster.controllers.job import conditions as cond
from kspec.cluster.controllers.job import indexes
from kspec.cluster.controllers.job import pods as of
from kspec.cluster.controllers.job.conditions import Verdict
from kspec.cluster.controllers.job.managing import Managing
from kspec.cluster.controllers.job.policies import judged
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition, Stored, conditions_json
from kspec.source.tree import Json, Object

_MOST_UNCOUNTED = 500


class Sync(Managing):
    """One Job at one moment; `run` does what there is to do."""

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
