"""Numbers that a spec may give as a percentage of the pods."""

from __future__ import annotations

from kspec.domain.workloads import resolve_percent
from kspec.source.tree import Json


def scaled(value: Json, total: int, *, up: bool) -> int:
    """A number, or a percentage of `total`, rounded `up` or down; 0 where there is neither."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return 0
    return resolve_percent(value, total, round_up=up)
