"""When a cron schedule is due next.

Upstream: github.com/robfig/cron/v3 spec.go (`SpecSchedule.Next`), constantdelay.go. What is wrong with a schedule,
`kspec.api.validation.cron` says; here it is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {name: number for names, first in ((_MONTHS, 1), (_DAYS, 0)) for number, name in enumerate(names, first)}
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_YEARS = 5
"""A schedule that is not due for so long is never due."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Minutes, hours, days, months and weekdays; or, with `every`, a fixed time in between, in seconds."""

    fields: tuple[frozenset[int], ...] = ()
    any_day: bool = False
    zone: tzinfo = UTC
    every: int = 0

    @staticmethod
    def parse(text: str, zone: str = "") -> Schedule:
        where: tzinfo = ZoneInfo(zone) if zone else UTC
        if text.startswith(("TZ=", "CRON_TZ=")):
            named, _, text = text.partition(" ")
            where, text = ZoneInfo(named.partition("=")[2]), text.strip()
        if text.startswith("@every "):
            parts = re.findall(r"([\d.]+)(ms|us|µs|ns|h|m|s)", text)
            return Schedule(every=max(1, int(sum(float(n) * _UNITS[unit] for n, unit in parts))))
        parts = _DESCRIPTORS.get(text, text).split()
        stars = any(p.split("/")[0] in ("*", "?") for day in (parts[2], parts[4]) for p in day.split(","))
        fields = tuple(_field(p, bounds) for p, bounds in zip(parts, _BOUNDS, strict=True))
        return Schedule(fields, stars, where)

    def next(self, after: datetime) -> datetime | None:
        """The first time that is later than `after`; None for never."""
        if self.every:
            return after.replace(microsecond=0) + timedelta(seconds=self.every)
        local = (after + timedelta(minutes=1)).replace(second=0, microsecond=0).astimezone(self.zone)
        day, start = local.date(), local.time()
        for _ in range(366 * _YEARS):
            if self._fits(day):
                for at in self._times():
                    moment = datetime.combine(day, at, self.zone)
                    if at >= start and moment.astimezone(UTC).astimezone(self.zone).time() == at:
                        return moment.astimezone(UTC)
            day, start = day + timedelta(days=1), time()
        return None

    def _fits(self, day: date) -> bool:
        """Whether the schedule has something on a day: with both kinds of days given, either is enough."""
        _, _, days, months, weekdays = self.fields
        in_month, in_week = day.day in days, day.isoweekday() % 7 in weekdays
        return day.month in months and ((in_month and in_week) if self.any_day else (in_month or in_week))

    def _times(self) -> list[time]:
        return [time(hour, minute) for hour in sorted(self.fields[1]) for minute in sorted(self.fields[0])]


def latest_due(schedule: Schedule, earliest: datetime, now: datetime) -> tuple[datetime | None, int]:
    """The latest time of a schedule after `earliest` that has come, and how many have come."""
    found, count = None, 0
    following = schedule.next(earliest)
    while following is not None and following <= now:
        found, count = following, count + 1
        following = schedule.next(following)
    return found, count


def _field(text: str, bounds: tuple[int, int]) -> frozenset[int]:
    found: set[int] = set()
    for expression in filter(None, text.split(",")):
        span, _, step = expression.partition("/")
        first, dash, last = span.partition("-")
        if first in ("*", "?"):
            low, high = bounds
        else:
            low = _number(first)
            high = _number(last) if dash else bounds[1] if step else low
        found.update(range(low, high + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str) -> int:
    named = _NAMES.get(text.lower())
    return int(text) if named is None else named
