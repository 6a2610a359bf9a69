"""Job: what sets it off, and the pods that have lost their Job.

What pods and status do is looked at once a second; a new or changed Job at once.

Upstream: pkg/controller/job/job_controller.go (v1.36).
"""

from __future__ import annotations

from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.cluster.controller import Controller, Expectations, Manager, matches, selector_of
from kspec.cluster.controllers.claims import claim
from kspec.cluster.controllers.job.backoff import Record
from kspec.cluster.controllers.job.pods import FINALIZER, UNTRACK, is_finished, is_tracked
from kspec.cluster.controllers.job.sync import Sync
from kspec.cluster.moments import seconds_of
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored, part
from kspec.cluster.workqueue import WorkQueue

_BATCH = 1.0
_FIRST_RETRY, _LAST_RETRY = 1.0, 60.0
_OURS = "kubernetes.io/job-controller"


class JobController(Controller):
    name: ClassVar[str] = "job-controller"
    title: ClassVar[str] = "job"

    def __init__(self, manager: Manager) -> None:
        self.expectations = Expectations()
        self.untracking: dict[Key, set[str]] = {}
        """The uids of pods that were counted, where the cache does not show it yet."""
        self.backoffs: dict[Key, Record] = {}
        super().__init__(manager)
        self.queue = WorkQueue(manager.loop, self.sync, self.workers, _FIRST_RETRY, _LAST_RETRY)
        self.orphans = WorkQueue(manager.loop, self._free, 1, _FIRST_RETRY, _LAST_RETRY)

    def watch(self) -> None:
        self.cache.on("Job", self._job_changed)
        self.cache.on("Pod", self._pod_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def look_later(self, key: Key, seconds: float = _BATCH) -> None:
        self.queue.add_after(key, max(seconds, _BATCH))

    def _job_changed(self, change: Change) -> None:
        job, before = change.now, change.before
        if change.verb is Verb.MODIFIED and before is not None and before.generation == job.generation:
            self.look_later(job.key)
        else:
            self.queue.add(job.key)
        if change.verb is Verb.DELETED or is_finished(job):
            for pod in self.cache.list("Pod", job.namespace):
                if pod.controlled_by(job) and is_tracked(pod):
                    self.orphans.add(pod.key)
        deadline = job.spec.get("activeDeadlineSeconds")
        if isinstance(deadline, int) and before is not None and before.spec.get("activeDeadlineSeconds") != deadline:
            started = text(job.status, "startTime")
            if started:
                self.queue.add_after(job.key, seconds_of(started) + deadline - self.loop.now)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.now, change.before
        mine = self.controller_of(pod, "Job")
        if change.verb is Verb.DELETED or pod.deleting:
            self._pod_leaves(pod, mine, gone=change.verb is Verb.DELETED)
            return
        if mine is not None:
            if change.verb is Verb.ADDED:
                self.expectations.created(mine.key)
            elif not is_tracked(pod):
                self._counted(mine.key, pod)
            self.look_later(mine.key)
        elif pod.controller is None:
            if is_tracked(pod):
                self.orphans.add(pod.key)
            if before is None or before.labels != pod.labels or before.controller is not None:
                for candidate in self.cache.list("Job", pod.namespace):
                    if matches(selector_of(candidate), pod.labels):
                        self.look_later(candidate.key)

    def _pod_leaves(self, pod: Stored, mine: Stored | None, *, gone: bool) -> None:
        if mine is None or is_finished(mine):
            if is_tracked(pod) and (pod.controller is None or pod.controller.kind == "Job"):
                self.orphans.add(pod.key)
            return
        self.expectations.deleted(mine.key, pod.key)
        if gone or not is_tracked(pod):
            self._counted(mine.key, pod)
        self.look_later(mine.key)

    def _counted(self, key: Key, pod: Stored) -> None:
        self.untracking.get(key, set()).discard(pod.uid)

    # -- one Job, and one pod without ----------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        job = self.cache.get("Job", key)
        if job is None:
            self.expectations.forget(key)
            self.untracking.pop(key, None)
        if job is None or is_finished(job):
            self.backoffs.pop(key, None)
            return
        if text(job.spec, "managedBy") not in ("", _OURS):
            return
        satisfied = self.expectations.satisfied(key)
        await Sync(self, job, await self._pods(job), satisfied=satisfied).run()

    async def _pods(self, job: Stored) -> list[Stored]:
        selector = selector_of(job)
        around = list(self.cache.list("Pod", job.namespace))
        known = {pod.uid for pod in around if pod.controlled_by(job)}
        pods = await claim(self, job, around, lambda pod: matches(selector, pod.labels))
        return [pod if pod.uid in known or is_tracked(pod) else _as_tracked(pod) for pod in pods]

    async def _free(self, key: Key) -> None:
        """Let a pod go that nobody counts."""
        pod = self.cache.get("Pod", key)
        if pod is None or not is_tracked(pod):
            return
        if pod.controller is not None:
            job = self.controller_of(pod, "Job")
            if pod.controller.kind != "Job" or (job is not None and not is_finished(job)):
                return
        try:
            await self.client.patch("Pod", key, UNTRACK)
        except Refused as refused:
            if refused.refusal.code != 404:
                raise


def _as_tracked(pod: Stored) -> Stored:
    """An adopted pod counts from now on."""
    draft = pod.draft()
    part(draft, "metadata")["finalizers"] = [*pod.finalizers, FINALIZER]
    return Stored(draft)
