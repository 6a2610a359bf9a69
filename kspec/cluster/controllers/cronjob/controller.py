"""CronJob: what sets it off, and when it is looked at next.

Upstream: pkg/controller/cronjob/cronjob_controllerv2.go (v1.36).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from kspec.api.admission.refusal import Refused
from kspec.api.fields import text
from kspec.api.validation.cron import known_zone, schedule_error
from kspec.cluster.controller import Controller
from kspec.cluster.controllers.cronjob.run import Run, moment
from kspec.cluster.controllers.cronjob.schedule import Schedule, latest_due
from kspec.cluster.moments import seconds_of
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Key, Stored

_DELAY = 0.1
"""A Job comes a little after its time, so that the clock has passed it. Seconds."""


class CronJobController(Controller):
    name: ClassVar[str] = "cronjob-controller"
    title: ClassVar[str] = "cronjob"

    def watch(self) -> None:
        self.cache.on("CronJob", self._changed)
        self.cache.on("Job", self._job_changed)

    # -- what sets it off ----------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        found, before = change.now, change.before
        if change.verb is Verb.MODIFIED and before is not None:
            moved = any(before.spec.get(name) != found.spec.get(name) for name in ("schedule", "timeZone"))
            schedule = self._schedule(found) if moved else None
            if schedule is not None:
                self.queue.add_after(found.key, self.until_next(found, schedule))
                return
        self.queue.add(found.key)

    def _job_changed(self, change: Change) -> None:
        for job in (change.now, change.before):
            mine = self.controller_of(job, "CronJob") if job is not None else None
            if mine is not None:
                self.queue.add(mine.key)

    # -- one CronJob ---------------------------------------------------------------------------------------------------

    async def sync(self, key: Key) -> None:
        found = self.cache.get("CronJob", key)
        if found is None:
            return
        jobs = [job for job in self.cache.list("Job", found.namespace) if job.controlled_by(found)]
        run = Run(self, found, jobs)
        refused: Refused | None = None
        again: float | None = None
        try:
            again = await run.go()
            await run.clean_up()
        except Refused as error:
            refused = error
        await run.tell()
        if refused is not None:
            raise refused
        if again is not None:
            self.queue.add_after(key, again)

    def _schedule(self, found: Stored) -> Schedule | None:
        zone = text(found.spec, "timeZone")
        if schedule_error(text(found.spec, "schedule")) or (zone and not known_zone(zone)):
            return None
        return Schedule.parse(text(found.spec, "schedule"), zone)

    def until_next(self, found: Stored, schedule: Schedule) -> float:
        """The seconds until the next Job."""
        now = self.moment
        last = text(found.status, "lastScheduleTime")
        earliest = moment(seconds_of(last) if last else found.created)
        recent, _ = latest_due(schedule, earliest, now)
        following = schedule.next(recent or earliest)
        while following is not None and following <= now:
            following = schedule.next(following)
        return (following - now).total_seconds() + _DELAY if following is not None else 0.0

    @property
    def moment(self) -> datetime:
        return moment(self.loop.now)
