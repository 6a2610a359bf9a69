"""Simulated seconds as the API writes times: RFC 3339 with whole seconds.

Times that the API server stores have no fractions, which is why pods of one second are equally old.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

START = datetime(2026, 1, 1, tzinfo=UTC)
_FORM = "%Y-%m-%dT%H:%M:%SZ"


def stamp(seconds: float) -> str:
    """The moment as it is stored."""
    return (START + timedelta(seconds=int(seconds))).strftime(_FORM)


@lru_cache(maxsize=4096)
def seconds_of(text: str) -> float:
    """A stored moment in seconds since the start; 0 for none."""
    if not text:
        return 0.0
    return (datetime.strptime(text, _FORM).replace(tzinfo=UTC) - START).total_seconds()
