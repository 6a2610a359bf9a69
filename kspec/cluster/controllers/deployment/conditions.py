"""The conditions of a Deployment: setting one, and when that is no news.

Upstream: pkg/controller/deployment/util/deployment_util.go (`SetDeploymentCondition`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition

PROGRESSING, AVAILABLE, REPLICA_FAILURE = "Progressing", "Available", "ReplicaFailure"
NEW_AVAILABLE = "NewReplicaSetAvailable"
UPDATED = "ReplicaSetUpdated"
CREATED = "NewReplicaSetCreated"
FOUND = "FoundNewReplicaSet"
CREATE_ERROR = "ReplicaSetCreateError"
PAUSED, RESUMED = "DeploymentPaused", "DeploymentResumed"
TIMED_OUT = "ProgressDeadlineExceeded"

Conditions = tuple[Condition, ...]


def get(conditions: Sequence[Condition], kind: str) -> Condition | None:
    return next((c for c in conditions if c.type == kind), None)


def new(kind: str, status: str, reason: str, message: str, now: float) -> Condition:
    moment = stamp(now)
    return Condition(kind, status, reason, message, moment, moment)


def removed(conditions: Sequence[Condition], kind: str) -> Conditions:
    return tuple(c for c in conditions if c.type != kind)


def with_condition(conditions: Sequence[Condition], condition: Condition) -> Conditions:
    """The conditions with one set. One of the same status and reason stays as it is, message and all."""
    known = get(conditions, condition.type)
    if known is not None and (known.status, known.reason) == (condition.status, condition.reason):
        return tuple(conditions)
    if known is not None and known.status == condition.status:
        condition = replace(condition, transitioned=known.transitioned)
    return (*removed(conditions, condition.type), condition)
