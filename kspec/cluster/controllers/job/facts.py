"""What is known of a Job when it is looked at: its pods, what was counted, and whether it is over.

Upstream: pkg/controller/job/job_controller.go (`syncJob`), indexed_job_utils.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kspec.api.fields import integer, obj, objects, text, texts
from kspec.cluster.controller import is_active, is_ready, phase
from kspec.cluster.controllers.job import conditions as cond
from kspec.cluster.controllers.job import indexes
from kspec.cluster.controllers.job import pods as of
from kspec.cluster.controllers.job.backoff import Record
from kspec.cluster.controllers.job.conditions import Verdict
from kspec.cluster.controllers.job.policies import Action, judged, success
from kspec.cluster.moments import seconds_of
from kspec.cluster.stored import Stored
from kspec.source.tree import Object

if TYPE_CHECKING:
    from kspec.cluster.controllers.job.controller import JobController


class Facts:
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
