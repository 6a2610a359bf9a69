"""Cron schedules and time zones, with the words of upstream's parser.

Upstream: github.com/robfig/cron/v3 parser.go (ParseStandard), pkg/apis/batch/validation/validation.go,
validateTimeZone (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = {
    n: i for i, n in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_DAYS = {n: i for i, n in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int
    names: dict[str, int] = field(default_factory=dict)


_FIELDS = (_Bounds(0, 59), _Bounds(0, 23), _Bounds(1, 31), _Bounds(1, 12, _MONTHS), _Bounds(0, 6, _DAYS))


class _Wrong(Exception):
    """A schedule that cannot be parsed; its text is upstream's error."""


def schedule_error(schedule: str) -> str | None:
    """What is wrong with a schedule, in upstream's words, or None."""
    try:
        _parse(schedule)
    except _Wrong as wrong:
        return str(wrong)
    return None


def _parse(schedule: str) -> None:
    if not schedule:
        raise _Wrong("empty spec string")
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        zone, _, rest = schedule.partition(" ")
        name = zone.partition("=")[2]
        if not known_zone(name):
            raise _Wrong(f"provided bad location {name}: unknown time zone {name}")
        schedule = rest.strip()
    if schedule.startswith("@"):
        if schedule in _DESCRIPTORS:
            return
        if schedule.startswith("@every "):
            _duration(schedule)
            return
        raise _Wrong(f"unrecognized descriptor: {schedule}")
    parts = schedule.split()
    if len(parts) != 5:
        raise _Wrong(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    for text, bounds in zip(parts, _FIELDS, strict=True):
        for expression in re.split(",", text):
            if expression:
                _range(expression, bounds)


def _duration(schedule: str) -> None:
    text = schedule.removeprefix("@every ")
    if not re.fullmatch(
        r"[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|[+-]?0", text
    ):
        missing = re.fullmatch(r"[+-]?\d+(\.\d*)?", text)
        words = f'missing unit in duration "{text}"' if missing else f'invalid duration "{text}"'
        raise _Wrong(f"failed to parse duration {schedule}: time: {words}")


def _range(expression: str, bounds: _Bounds) -> None:
    range_and_step = expression.split("/")
    low_and_high = range_and_step[0].split("-")
    single = len(low_and_high) == 1
    if low_and_high[0] in ("*", "?"):
        start, end = bounds.low, bounds.high
    else:
        start = _number(low_and_high[0], bounds)
        if single:
            end = start
        elif len(low_and_high) == 2:
            end = _number(low_and_high[1], bounds)
        else:
            raise _Wrong(f"too many hyphens: {expression}")
    step = 1
    if len(range_and_step) == 2:
        step = _must_be_int(range_and_step[1])
        if single:
            end = bounds.high
    elif len(range_and_step) > 2:
        raise _Wrong(f"too many slashes: {expression}")
    if start < bounds.low:
        raise _Wrong(f"beginning of range ({start}) below minimum ({bounds.low}): {expression}")
    if end > bounds.high:
        raise _Wrong(f"end of range ({end}) above maximum ({bounds.high}): {expression}")
    if start > end:
        raise _Wrong(f"beginning of range ({start}) beyond end of range ({end}): {expression}")
    if step == 0:
        raise _Wrong(f"step of range should be a positive number: {expression}")


def _number(text: str, bounds: _Bounds) -> int:
    named = bounds.names.get(text.lower())
    return _must_be_int(text) if named is None else named


def _must_be_int(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise _Wrong(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise _Wrong(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


def known_zone(name: str) -> bool:
    """Whether the IANA database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_errors(zone: str) -> Iterator[str]:
    """What is wrong with `timeZone`."""
    if not zone:
        yield "timeZone must be nil or non-empty string"
        return
    for part in zone.split("/"):
        if part in (".", "..") or part.startswith("-") or not re.fullmatch(r"[A-Za-z.\-_0-9+]{1,14}", part):
            yield f"unknown time zone {zone}"
            return
    if zone.lower() == "local":
        yield "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
    if zone not in ("Local", "UTC") and not known_zone(zone):
        yield f"unknown time zone {zone}"
