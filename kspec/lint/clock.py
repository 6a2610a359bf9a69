"""Cron schedules as times of the day and days of the year, for those that the API server accepts.

Upstream: github.com/robfig/cron/v3 parser.go and spec.go.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

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
_NAMES = {
    name: str(number)
    for names, first in (
        (("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1),
        (("sun", "mon", "tue", "wed", "thu", "fri", "sat"), 0),
    )
    for number, name in enumerate(names, first)
}
_LEAP_YEAR = 2028
_EVERY = re.compile(r"@every (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def shortest_interval(schedule: str) -> int | None:
    """The least number of seconds between two runs; None where it is not known."""
    every = _EVERY.fullmatch(schedule)
    if every:
        hours, minutes, rest = (int(g or 0) for g in every.groups())
        return hours * 3600 + minutes * 60 + rest or None
    fields = _fields(schedule)
    if fields is None:
        return None
    times = sorted(h * 60 + m for h in fields[1] for m in fields[0])
    gaps = [b - a for a, b in pairwise(times)]
    over_night = 24 * 60 - times[-1] + times[0]
    return 60 * min([*gaps, over_night])


def never_runs(schedule: str) -> bool:
    """Whether no day of any year fits, such as the 30th of February."""
    fields = _fields(schedule)
    if fields is None or "*" in _parts(schedule)[4:]:
        return fields is not None and not any(_fits(day, fields) for day in _days())
    return False


def _days() -> list[date]:
    first = date(_LEAP_YEAR, 1, 1)
    return [first + timedelta(days=n) for n in range(366)]


def _fits(day: date, fields: list[set[int]]) -> bool:
    return day.day in fields[2] and day.month in fields[3]


def _parts(schedule: str) -> list[str]:
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        schedule = schedule.partition(" ")[2].strip()
    return _DESCRIPTORS.get(schedule, schedule).split()


def _fields(schedule: str) -> list[set[int]] | None:
    parts = _parts(schedule)
    if len(parts) != len(_BOUNDS):
        return None
    try:
        return [_values(part.lower(), *bounds) for part, bounds in zip(parts, _BOUNDS, strict=True)]
    except ValueError:
        return None


def _values(field: str, low: int, high: int) -> set[int]:
    out: set[int] = set()
    for expression in field.split(","):
        span, slash, step = expression.partition("/")
        first, dash, last = (_NAMES.get(p, p) for p in span.partition("-"))
        if first in ("*", "?"):
            start, end = low, high
        else:
            start = int(first)
            end = int(last) if dash else (high if slash else start)
        out |= set(range(start, end + 1, int(step) if slash else 1))
    return out
