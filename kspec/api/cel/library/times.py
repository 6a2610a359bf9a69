"""Timestamps and durations.

Upstream: cel-go's common/types/{timestamp,duration}.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

from kspec.api.cel.values import CelError, Duration, Timestamp, Value

_SECOND = 10**9
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": _SECOND, "m": 60 * _SECOND}
_UNITS["h"] = 3600 * _SECOND
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"([+-]?)((?:{_PART.pattern})+|0)")
_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_duration(text: str) -> Duration:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise CelError(f'time: invalid duration "{text}"')
    nanos = sum((Fraction(n.rstrip(".")) * _UNITS[unit] for n, unit in _PART.findall(match[2])), Fraction())
    if nanos >= 1 << 63:
        raise CelError(f'time: invalid duration "{text}"')
    return Duration(int(nanos) * (-1 if match[1] == "-" else 1))


def parse_timestamp(text: str) -> Timestamp:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise CelError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}"')
    try:
        moment = datetime(*(int(match[i]) for i in range(1, 7)), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        raise CelError(f'parsing time "{text}": out of range') from None
    zone = match[8]
    offset = 0
    if zone not in "Zz":
        offset = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60 * (-1 if zone[0] == "-" else 1)
    whole = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) - offset
    return Timestamp(whole * _SECOND + int((match[7] or ".0")[1:10].ljust(9, "0")))


def timestamp_text(value: Timestamp) -> str:
    """RFC 3339, with as many digits of a second as it has."""
    seconds, nanos = divmod(value.nanos, _SECOND)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    part = f".{nanos:09}".rstrip("0") if nanos else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{part}Z"


def duration_text(value: Duration) -> str:
    seconds, nanos = divmod(abs(value.nanos), _SECOND)
    part = f".{nanos:09}".rstrip("0") if nanos else ""
    return f"{'-' if value.nanos < 0 else ''}{seconds}{part}s"


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise CelError(f"unknown time zone {name}") from None


def _getter(
    of_time: Callable[[datetime, int], int], of_length: Callable[[int], int] | None = None
) -> Callable[..., int]:
    """A part of a timestamp, in a zone where one is named; or of a duration in nanoseconds."""

    def get(value: Value, zone: str = "UTC") -> int:
        if isinstance(value, Duration) and of_length is not None:
            return of_length(value.nanos)
        if not isinstance(value, Timestamp) or not isinstance(zone, str):
            raise CelError("no such overload")
        seconds, nanos = divmod(value.nanos, _SECOND)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        try:
            return of_time(moment.astimezone(_zone(zone)), nanos)
        except OverflowError:
            raise CelError("timestamp overflow") from None

    return get


def _whole(unit: int) -> Callable[[int], int]:
    return lambda nanos: int(Fraction(nanos, unit))


FUNCTIONS = {
    "getFullYear": _getter(lambda t, _: t.year),
    "getMonth": _getter(lambda t, _: t.month - 1),
    "getDate": _getter(lambda t, _: t.day),
    "getDayOfMonth": _getter(lambda t, _: t.day - 1),
    "getDayOfWeek": _getter(lambda t, _: t.isoweekday() % 7),
    "getDayOfYear": _getter(lambda t, _: t.timetuple().tm_yday - 1),
    "getHours": _getter(lambda t, _: t.hour, _whole(3600 * _SECOND)),
    "getMinutes": _getter(lambda t, _: t.minute, _whole(60 * _SECOND)),
    "getSeconds": _getter(lambda t, _: t.second, _whole(_SECOND)),
    "getMilliseconds": _getter(lambda _, nanos: nanos // 10**6, lambda nanos: int(Fraction(nanos, 10**6)) % 1000),
}
