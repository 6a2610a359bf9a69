"""Which pods a ReplicaSet deletes first.

Upstream: pkg/controller/controller_utils.go (`ActivePodsWithRanks.Less`), pkg/controller/replicaset/replica_set.go
(`getPodsToDelete`) (v1.36). Pods that are equal in everything are taken in no particular order upstream; here the one
that was created last goes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from math import log2

from kspec.api.fields import integer, objects
from kspec.cluster.controller import is_ready, node_of, phase
from kspec.cluster.moments import seconds_of
from kspec.cluster.stored import Stored

COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_NANOSECONDS = 1e9


def to_delete(pods: Sequence[Stored], related: Iterable[Stored], count: int, now: float) -> list[Stored]:
    """The `count` pods to delete; `related` are all pods of the same Deployment, at the moment `now`."""
    crowd = Counter(node_of(pod) for pod in related)

    def compare(a: Stored, b: Stored) -> int:
        for mine, other in zip(_rank(a, crowd), _rank(b, crowd), strict=True):
            if mine != other:
                return -1 if mine < other else 1
        if is_ready(a) and is_ready(b):
            found = _younger(_ready_since(a), _ready_since(b), now)
            if found is not None:
                return found
        restarts = _restarts(b) - _restarts(a)
        if restarts:
            return restarts
        return _younger(a.created, b.created, now) or 0

    newest_first = list(reversed(pods))
    return sorted(newest_first, key=cmp_to_key(compare))[:count]


def _rank(pod: Stored, crowd: Counter[str]) -> tuple[int, ...]:
    """Without a node, in an early phase, not ready, cheap, on a node with many of its kind: those go first."""
    return (
        bool(node_of(pod)),
        _PHASES.get(phase(pod), 0),
        is_ready(pod),
        deletion_cost(pod),
        -crowd[node_of(pod)],
    )


def _younger(a: float, b: float, now: float) -> int | None:
    """Compare ages by powers of two; None for equal moments. Of ages of one power either may go."""
    if a == b:
        return None
    return _power(now - a) - _power(now - b)


def _power(seconds: float) -> int:
    return int(log2(seconds * _NANOSECONDS)) if seconds > 0 else -1


def deletion_cost(pod: Stored) -> int:
    text = pod.annotations.get(COST, "")
    try:
        return int(text)
    except ValueError:
        return 0


def _ready_since(pod: Stored) -> float:
    ready = pod.condition("Ready")
    return seconds_of(ready.transitioned) if ready else 0.0


def _restarts(pod: Stored) -> int:
    return max((integer(c, "restartCount") for c in objects(pod.status, "containerStatuses")), default=0)
