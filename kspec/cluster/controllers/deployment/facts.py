"""What the Deployment controller reads from a Deployment and its ReplicaSets.

Upstream: pkg/controller/deployment/util/deployment_util.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kspec.api.fields import flag, integer, mapping, number, obj, text
from kspec.cluster.controllers.rounding import scaled
from kspec.cluster.stored import Stored
from kspec.domain.workloads import RollingUpdateDeployment
from kspec.source.tree import Json, Object

HASH = "pod-template-hash"
_PREFIX = "deployment.kubernetes.io/"
REVISION, HISTORY = f"{_PREFIX}revision", f"{_PREFIX}revision-history"
DESIRED, MAXIMUM = f"{_PREFIX}desired-replicas", f"{_PREFIX}max-replicas"
NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        DESIRED,
        MAXIMUM,
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations of a Deployment that its ReplicaSets do not take over."""
_NO_LIMIT = 2**31 - 1


# -- a Deployment ------------------------------------------------------------------------------------------------------


def is_rolling(deployment: Stored) -> bool:
    return text(deployment.spec, "strategy", "type") != "Recreate"


def is_paused(deployment: Stored) -> bool:
    return bool(flag(deployment.spec, "paused"))


def desired_of(deployment: Stored) -> int:
    return integer(deployment.spec, "replicas")


def _rolling_update(deployment: Stored) -> Object:
    return obj(deployment.spec, "strategy", "rollingUpdate")


def _bounds(deployment: Stored) -> tuple[int, int]:
    """Surge and unavailable as numbers."""
    return RollingUpdateDeployment.model_validate(_rolling_update(deployment)).resolve(desired_of(deployment))


def max_surge(deployment: Stored) -> int:
    if not is_rolling(deployment):
        return 0
    return _bounds(deployment)[0]


def plain_surge(deployment: Stored) -> int:
    """The surge by itself, as the new ReplicaSet's size is reckoned with it."""
    return scaled(_rolling_update(deployment).get("maxSurge"), desired_of(deployment), up=True)


def max_unavailable(deployment: Stored) -> int:
    desired = desired_of(deployment)
    if not is_rolling(deployment) or desired == 0:
        return 0
    return min(_bounds(deployment)[1], desired)


def deadline_of(deployment: Stored) -> int | None:
    """`progressDeadlineSeconds`; None where there is none."""
    seconds = number(deployment.spec, "progressDeadlineSeconds")
    return None if seconds in (None, _NO_LIMIT) else seconds


def history_limit(deployment: Stored) -> int | None:
    limit = number(deployment.spec, "revisionHistoryLimit")
    return None if limit in (None, _NO_LIMIT) else limit


# -- ReplicaSets -------------------------------------------------------------------------------------------------------


def size(replica_set: Stored) -> int:
    """The replicas a ReplicaSet is asked to have."""
    return integer(replica_set.spec, "replicas")


def count(replica_sets: Iterable[Stored | None]) -> int:
    return sum(size(r) for r in replica_sets if r is not None)


def actual(replica_sets: Iterable[Stored | None], field: str) -> int:
    """The sum of a number in their status."""
    return sum(integer(r.status, field) for r in replica_sets if r is not None)


def active(replica_sets: Iterable[Stored | None]) -> list[Stored]:
    return [r for r in replica_sets if r is not None and size(r) > 0]


def by_age(replica_sets: Iterable[Stored]) -> list[Stored]:
    """Oldest first."""
    return sorted(replica_sets, key=age)


def age(replica_set: Stored) -> tuple[float, str]:
    """Orders by age. Of those of one second, upstream takes the lesser name, which is random; here who came first."""
    return replica_set.created, replica_set.uid


def revision_of(stored: Stored) -> int:
    value = stored.annotations.get(REVISION, "")
    return int(value) if value.isdigit() else 0


def noted(replica_set: Stored, annotation: str) -> int | None:
    """A number that the controller noted on a ReplicaSet."""
    value = replica_set.annotations.get(annotation, "")
    return int(value) if value.isdigit() else None


def same_template(replica_set: Stored, deployment: Stored) -> bool:
    """Whether a ReplicaSet has the Deployment's pod template, apart from the hash label."""
    return _unhashed(replica_set.spec.get("template")) == _unhashed(deployment.spec.get("template"))


def _unhashed(template: Json) -> Object:
    given = template if isinstance(template, dict) else {}
    metadata = {**obj(given, "metadata")}
    metadata.pop("creationTimestamp", None)
    metadata["labels"] = {k: v for k, v in mapping(metadata, "labels").items() if k != HASH}
    return {**given, "metadata": metadata}


def find_new(deployment: Stored, replica_sets: Sequence[Stored]) -> Stored | None:
    """The ReplicaSet of the current template; of several the oldest."""
    return next((r for r in by_age(replica_sets) if same_template(r, deployment)), None)
