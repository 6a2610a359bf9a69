"""How long a Job waits before it replaces pods that failed: 10 s, 20 s, 40 s and so on, up to ten minutes.

Upstream: pkg/controller/job/backoff_utils.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.cluster.controllers.job.pods import all_failures_of, finished_at
from kspec.cluster.stored import Stored

_FIRST, _LONGEST = 10.0, 600.0


@dataclass(frozen=True, slots=True)
class Record:
    """Failures since the last success, and when the last one was, in seconds."""

    failures: int = 0
    last: float = 0.0

    def after(self, succeeded: Sequence[Stored], failed: Sequence[Stored]) -> Record:
        """The record after more pods have ended."""
        ends = sorted(map(finished_at, failed))
        if succeeded:
            last_success = max(map(finished_at, succeeded))
            later = [end for end in ends if end > last_success]
            return Record(len(later), later[-1] if later else 0.0)
        return Record(self.failures + len(ends), ends[-1]) if ends else self

    def left(self, now: float) -> float:
        """The seconds still to wait."""
        return _left(self.failures, self.last, now)


def left_for_index(last_failed: Stored | None, now: float) -> float:
    """The seconds that an index still waits after its last failed pod."""
    if last_failed is None:
        return 0.0
    return _left(all_failures_of(last_failed) + 1, finished_at(last_failed), now)


def _left(failures: int, last: float, now: float) -> float:
    if not failures:
        return 0.0
    seconds = min(_FIRST * 2.0 ** (failures - 1), _LONGEST) if failures < 20 else _LONGEST
    return max(0.0, seconds - (now - last))
