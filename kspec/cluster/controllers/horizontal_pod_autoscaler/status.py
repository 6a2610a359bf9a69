"""The status of an autoscaler, while it is made up.

Upstream: pkg/controller/podautoscaler/horizontal.go (`setCondition`, `setStatus`, `updateStatusIfNeeded`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.cluster.stored import Condition, Stored, conditions_json
from kspec.source.tree import Json, Object


class Status:
    """Starts as the status there is; `now` is the moment as it is written."""

    def __init__(self, found: Stored, now: str) -> None:
        self._before = found.status
        self._now = now
        self._conditions = list(found.conditions)
        self._fields: Object = {k: v for k, v in found.status.items() if k != "conditions"}

    def condition(self, kind: str, status: str, reason: str, message: str) -> None:
        known = next((c for c in self._conditions if c.type == kind), None)
        since = known.transitioned if known is not None and known.status == status else self._now
        new = Condition(kind, status, reason, message, since)
        if known is None:
            self._conditions.append(new)
        else:
            self._conditions[self._conditions.index(known)] = new

    def counts(self, current: int, desired: int) -> None:
        self._fields["desiredReplicas"] = desired
        self._fields.pop("currentReplicas", None)
        if current:
            self._fields["currentReplicas"] = current

    def metrics(self, statuses: Sequence[Object]) -> None:
        self._fields.pop("currentMetrics", None)
        if statuses:
            self._fields["currentMetrics"] = list[Json](statuses)

    def scaled(self) -> None:
        self._fields["lastScaleTime"] = self._now

    @property
    def changed(self) -> bool:
        return self.written() != self._before

    def written(self) -> Object:
        return {**self._fields, "conditions": conditions_json(self._conditions)}
