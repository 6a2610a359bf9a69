"""Cron schedules are read as the cron library reads them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.api.validation.cron import schedule_error
from kspec.lint.clock import never_runs, shortest_interval


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("* * * * *", 60),
        ("*/10 * * * *", 600),
        ("0 * * * *", 3600),
        ("0 0 * * *", 86400),
        ("0,50 * * * *", 600),
        ("0 9,17 * * 1-5", 8 * 3600),
        ("@hourly", 3600),
        ("@every 90s", 90),
        ("@every 1h30m", 5400),
        ("TZ=UTC 0 0 * * *", 86400),
        ("nonsense", None),
    ],
)
def test_the_shortest_time_between_two_runs(schedule: str, seconds: int | None) -> None:
    assert shortest_interval(schedule) == seconds


days, months = st.integers(1, 31), st.integers(1, 12)


@given(days, months)
def test_a_day_that_no_year_has_never_comes(day: int, month: int) -> None:
    leap = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    assert never_runs(f"0 0 {day} {month} *") is not any((d.day, d.month) == (day, month) for d in leap)


@given(st.lists(st.from_regex(r"(\*|[0-9]{1,2})(-[0-9]{1,2})?(/[0-9]{1,2})?", fullmatch=True), min_size=5, max_size=5))
def test_whatever_the_api_server_accepts_is_understood(fields: list[str]) -> None:
    schedule = " ".join(fields)
    if schedule_error(schedule) is None:
        assert shortest_interval(schedule) is not None
        never_runs(schedule)
