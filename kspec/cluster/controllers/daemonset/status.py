"""What the status of a DaemonSet counts.

Upstream: pkg/controller/daemon/daemon_controller.go (`updateDaemonSetStatus`, `storeDaemonSetStatus`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kspec.api.fields import integer
from kspec.cluster.controller import is_ready, node_of
from kspec.cluster.controllers.daemonset import pods as of
from kspec.cluster.controllers.replicaset import is_available
from kspec.cluster.stored import Stored
from kspec.source.tree import Object

_ALWAYS = ("desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled", "numberReady")
_COUNTS = (*_ALWAYS, "updatedNumberScheduled", "numberAvailable", "numberUnavailable")
Counts = Mapping[str, int]


def counts(
    found: Stored, nodes: Iterable[Stored], pods: Mapping[str, Sequence[Stored]], revision_hash: str, now: float
) -> Counts:
    """Nodes by what is on them; of several pods on one the oldest counts. `pods` are by node."""
    out = dict.fromkeys(_COUNTS, 0)
    seconds = of.min_ready_seconds(found)
    for node in nodes:
        there = pods.get(node.name, [])
        if not of.wanted_on(found, node).run:
            out["numberMisscheduled"] += bool(there)
            continue
        out["desiredNumberScheduled"] += 1
        if there:
            first = min(there, key=lambda pod: (not node_of(pod), pod.created, pod.name))
            out["currentNumberScheduled"] += 1
            out["numberReady"] += is_ready(first)
            out["numberAvailable"] += is_available(first, seconds, now)
            out["updatedNumberScheduled"] += of.is_updated(found, first, revision_hash)
    out["numberUnavailable"] = out["desiredNumberScheduled"] - out["numberAvailable"]
    return out


def is_told(found: Stored, counted: Counts) -> bool:
    """Whether the status says that already."""
    up_to_date = integer(found.status, "observedGeneration") >= found.generation
    return up_to_date and all(integer(found.status, name) == counted[name] for name in _COUNTS)


def written(found: Stored, counted: Counts, observed: int) -> Object:
    """The status; counts of 0 are left out where the API leaves them out."""
    out: Object = {name: n for name, n in counted.items() if n or name in _ALWAYS}
    out["observedGeneration"] = observed
    if found.status.get("collisionCount") is not None:
        out["collisionCount"] = found.status["collisionCount"]
    return out
