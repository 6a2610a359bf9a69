"""One look at a CronJob: its Jobs that have ended, the Job that is due, and the Jobs that are too many.

Upstream: pkg/controller/cronjob/{cronjob_controllerv2,utils}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kspec.api.admission.refusal import Refused
from kspec.api.fields import flag, mapping, obj, objects, text
from kspec.api.validation.cron import known_zone, schedule_error
from kspec.cluster.controller import of_ending_namespace
from kspec.cluster.controllers.cronjob.schedule import Schedule, latest_due
from kspec.cluster.moments import START, seconds_of, stamp
from kspec.cluster.stored import Condition, Stored
from kspec.source.tree import Json, Object

if TYPE_CHECKING:
    from kspec.cluster.controllers.cronjob.controller import CronJobController

_SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_MISSED = 100


class Run:
    """One look at a CronJob and its Jobs. The status is written once, at the end."""

    def __init__(self, controller: CronJobController, found: Stored, jobs: Sequence[Stored]) -> None:
        self._controller = controller
        self._events = controller.events
        self._client = controller.client
        self._found = found
        self._jobs = jobs
        self._active = list(objects(found.status, "active"))
        self._status: Object = dict(found.status)
        self._changed = False

    async def go(self) -> float | None:
        """Note what has ended and make a Job if one is due; the seconds until the next look, if there is to be one."""
        await self._note_finished()
        await self._note_missing()
        found, spec = self._found, self._found.spec
        if found.deleting:
            return None
        zone = text(spec, "timeZone")
        if zone and not known_zone(zone):
            self._events.warning(found, "UnknownTimeZone", f'invalid timeZone: "{zone}": unknown time zone {zone}')
            return None
        if flag(spec, "suspend"):
            return None
        wrong = schedule_error(text(spec, "schedule"))
        if wrong:
            said = f'unparseable schedule: "{text(spec, "schedule")}" : {wrong}'
            self._events.warning(found, "UnparseableSchedule", said)
            return None
        return await self._start(Schedule.parse(text(spec, "schedule"), zone))

    # -- Jobs there are ------------------------------------------------------------------------------------------------

    async def _note_finished(self) -> None:
        for job in self._jobs:
            ended, listed = finished(job), self._is_listed(job.uid)
            if not listed and ended is None:
                fresh = await self._client.get("CronJob", self._found.key)
                if any(text(a, "uid") == job.uid for a in objects(fresh.status, "active")):
                    self._found = fresh
                    self._active = list(objects(fresh.status, "active"))
                    continue
                said = f"Saw a job that the controller did not create or forgot: {job.name}"
                self._events.warning(self._found, "UnexpectedJob", said)
            elif listed and ended is not None:
                self._drop(job.uid)
                said = f"Saw completed job: {job.name}, condition: {ended.type}"
                self._events.normal(self._found, "SawCompletedJob", said)
            completed = text(job.status, "completionTime")
            if ended is not None and ended.type == "Complete" and completed:
                last = text(self._status, "lastSuccessfulTime")
                if not last or seconds_of(completed) > seconds_of(last):
                    self._status["lastSuccessfulTime"] = completed
                    self._changed = True

    async def _note_missing(self) -> None:
        """Active Jobs that are not there any more."""
        known = {job.uid for job in self._jobs}
        for reference in list(self._active):
            if text(reference, "uid") in known:
                continue
            name = text(reference, "name")
            try:
                await self._client.get("Job", (self._found.namespace, name))
            except Refused as refused:
                if refused.refusal.code == 404:
                    self._events.normal(self._found, "MissingJob", f"Active job went missing: {name}")
                    self._drop(text(reference, "uid"))

    def _is_listed(self, uid: str) -> bool:
        return any(text(reference, "uid") == uid for reference in self._active)

    def _drop(self, uid: str) -> None:
        self._active = [reference for reference in self._active if text(reference, "uid") != uid]
        self._changed = True

    async def clean_up(self) -> None:
        """Keep as many finished Jobs as the limits say, the latest ones."""
        for kind, field in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            limit = self._found.spec.get(field)
            ended = [job for job in self._jobs if (done := finished(job)) is not None and done.type == kind]
            if not isinstance(limit, int) or len(ended) <= limit:
                continue
            ended.sort(key=lambda job: (seconds_of(text(job.status, "startTime")), job.name))
            for job in ended[: len(ended) - limit]:
                await self._delete(job)

    async def _delete(self, job: Stored) -> bool:
        try:
            await self._client.delete("Job", job.key)
        except Refused as refused:
            self._events.warning(self._found, "FailedDelete", f"Deleted job: {refused.refusal.message}")
            return False
        self._drop(job.uid)
        self._events.normal(self._found, "SuccessfulDelete", f"Deleted job {job.name}")
        return True

    # -- the next Job --------------------------------------------------------------------------------------------------

    async def _start(self, schedule: Schedule) -> float:
        found, controller = self._found, self._controller
        due = self._due(schedule)
        if due is None:
            return self._until_next(schedule)
        deadline = found.spec.get("startingDeadlineSeconds")
        if isinstance(deadline, int) and due + timedelta(seconds=deadline) < controller.moment:
            said = f"Missed scheduled time to start a job: {due:%a, %d %b %Y %H:%M:%S} +0000"
            self._events.warning(found, "MissSchedule", said)
            return self._until_next(schedule)
        name = f"{found.name}-{int(due.timestamp()) // 60}"
        listed = any(text(reference, "name") == name for reference in self._active)
        if listed or text(found.status, "lastScheduleTime") == stamp((due - START).total_seconds()):
            return self._until_next(schedule)
        policy = text(found.spec, "concurrencyPolicy")
        if policy == "Forbid" and self._active:
            said = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._events.normal(found, "JobAlreadyActive", said)
            return self._until_next(schedule)
        if policy == "Replace" and not await self._replace():
            return 0.0
        job = await self._create(name, due, schedule)
        if job is not None:
            self._active.append(_reference(job))
            self._status["lastScheduleTime"] = stamp((due - START).total_seconds())
            self._changed = True
        return self._until_next(schedule)

    def _until_next(self, schedule: Schedule) -> float:
        now = Stored(self._found.with_status(self._status))
        return self._controller.until_next(now, schedule)

    def _due(self, schedule: Schedule) -> datetime | None:
        """The latest time that was due and is not done."""
        found, now = self._found, self._controller.moment
        last = text(found.status, "lastScheduleTime")
        earliest = moment(seconds_of(last) if last else found.created)
        deadline = found.spec.get("startingDeadlineSeconds")
        if isinstance(deadline, int):
            earliest = max(earliest, now - timedelta(seconds=deadline))
        recent, missed = latest_due(schedule, earliest, now)
        if missed > _MISSED:
            said = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._events.warning(found, "TooManyMissedTimes", said)
        return recent

    async def _replace(self) -> bool:
        for reference in list(self._active):
            try:
                job = await self._client.get("Job", (self._found.namespace, text(reference, "name")))
            except Refused as refused:
                self._events.warning(self._found, "FailedGet", f"Get job: {refused.refusal.message}")
                return False
            if not await self._delete(job):
                return False
        return True

    async def _create(self, name: str, due: datetime, schedule: Schedule) -> Stored | None:
        found = self._found
        try:
            job = await self._client.create(_job(found, name, due.astimezone(schedule.zone)))
        except Refused as refused:
            if of_ending_namespace(refused):
                return None
            if refused.refusal.reason == "AlreadyExists":
                there = await self._client.get("Job", (found.namespace, name))
                return there if there.controlled_by(found) and finished(there) is None else None
            self._events.warning(found, "FailedCreate", f"Error creating job: {refused.refusal.message}")
            raise
        self._events.normal(found, "SuccessfulCreate", f"Created job {job.name}")
        return job

    # -- status --------------------------------------------------------------------------------------------------------

    async def tell(self) -> None:
        if not self._changed:
            return
        status = {name: value for name, value in self._status.items() if name != "active"}
        if self._active:
            status["active"] = list[Json](self._active)
        await self._client.update_status(self._found.with_status(status))


def finished(job: Stored) -> Condition | None:
    """The condition with which a Job has ended."""
    return next((c for c in job.conditions if c.type in ("Complete", "Failed") and c.status == "True"), None)


def _job(found: Stored, name: str, due: datetime) -> Object:
    template = obj(found.spec, "jobTemplate")
    given = obj(template, "metadata")
    written = due.isoformat().replace("+00:00", "Z")
    metadata: Object = {
        "name": name,
        "namespace": found.namespace,
        "labels": dict[str, Json](mapping(given, "labels")),
        "annotations": {**mapping(given, "annotations"), _SCHEDULED: written},
        "ownerReferences": [found.as_owner().as_json()],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": dict(obj(template, "spec"))}


def _reference(job: Stored) -> Object:
    return {
        "apiVersion": job.api_version,
        "kind": job.kind,
        "name": job.name,
        "namespace": job.namespace,
        "resourceVersion": str(job.revision),
        "uid": job.uid,
    }


def moment(seconds: float) -> datetime:
    """A moment in seconds since the start, as a date."""
    return START + timedelta(seconds=seconds)
