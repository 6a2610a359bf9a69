"""The conditions of a Job: what ends it is announced first, and holds when its pods are counted.

Upstream: pkg/controller/job/job_controller.go (`ensureJobConditionStatus`, `newFailureCondition`) (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass

from kspec.cluster.stored import Condition

SUCCESS, FAILURE = "SuccessCriteriaMet", "FailureTarget"
COMPLETE, FAILED, SUSPENDED = "Complete", "Failed", "Suspended"
Conditions = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a Job is over."""

    failed: bool
    reason: str
    message: str

    @property
    def announced(self) -> str:
        return FAILURE if self.failed else SUCCESS

    @property
    def final(self) -> str:
        return FAILED if self.failed else COMPLETE


REACHED = Verdict(False, "CompletionsReached", "Reached expected number of succeeded pods")
PAST_BACKOFF = Verdict(True, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
PAST_DEADLINE = Verdict(True, "DeadlineExceeded", "Job was active longer than specified deadline")
TOO_MANY_INDEXES = Verdict(
    True, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
)
FAILED_INDEXES = Verdict(True, "FailedIndexes", "Job has failed indexes")


def announced(conditions: Conditions) -> Verdict | None:
    """The verdict that was told already."""
    for kind in (SUCCESS, FAILURE):
        found = next((c for c in conditions if c.type == kind and c.status == "True"), None)
        if found is not None:
            return Verdict(kind == FAILURE, found.reason, found.message)
    return None


def ensured(conditions: Conditions, wanted: Condition) -> Conditions:
    """The conditions with this one. One that does not hold is not added, only changed."""
    there = next((c for c in conditions if c.type == wanted.type), None)
    if there is None:
        return conditions if wanted.status == "False" else (*conditions, wanted)
    if (there.status, there.reason, there.message) == (wanted.status, wanted.reason, wanted.message):
        return conditions
    return tuple(wanted if c is there else c for c in conditions)
