"""Moments as Go's `time.Parse` reads them, with its words for what it cannot read.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/{time,micro_time}.go (v1.36); Go's time/format.go.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from kspec.api.wire.problem import Reading
from kspec.api.wire.shapes import sort_of
from kspec.source.tree import Json

_DATE = (("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"))
_CLOCK = (("15", r"\d\d"), (":", ":"), ("04", r"\d\d"), (":", ":"))
_SECOND, _ZONE = ("05", r"\d\d(?:[.,]\d+)?"), ("Z07:00", r"Z|[+-]\d\d:\d\d")
_MICRO = (("05", r"\d\d"), (".000000", r"[.,]\d{6}"))


@dataclass(frozen=True, slots=True)
class Moment:
    """`metav1.Time`, or `metav1.MicroTime`, which wants six digits behind the second."""

    go: str = "v1.Time"

    def decode(self, raw: Json, reading: Reading) -> Json:
        if not isinstance(raw, str):
            reading.fail(f"json: cannot unmarshal {sort_of(raw)} into Go value of type string")
            return None
        wrong = self._wrong(raw)
        if wrong:
            reading.fail(f'parsing time "{raw}"{wrong}')
            return None
        return raw

    def encode(self, value: Json) -> Json:
        return value

    def _wrong(self, raw: str) -> str:
        micro = self.go == "v1.MicroTime"
        elements = (*_DATE, *_CLOCK, *(_MICRO if micro else (_SECOND,)), _ZONE)
        layout, rest = "".join(name for name, _ in elements), raw
        for name, pattern in elements:
            found = re.match(pattern, rest, re.ASCII)
            if found is None:
                return f' as "{layout}": cannot parse "{rest}" as "{name}"'
            rest = rest[found.end() :]
        if rest:
            return f': extra text: "{rest}"'
        return _out_of_range(raw)


def _out_of_range(raw: str) -> str:
    year, month, day, hour, minute, second = map(int, re.findall(r"\d+", raw)[:6])
    if not 1 <= month <= 12:
        return ": month out of range"
    if not 1 <= day <= monthrange(max(year, 1), month)[1]:
        return ": day out of range"
    limits = (("hour", hour, 24), ("minute", minute, 60), ("second", second, 60))
    return next((f": {name} out of range" for name, value, limit in limits if value >= limit), "")
