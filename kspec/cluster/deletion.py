"""What keeps an object whose deletion was asked for, and what becomes of its dependents.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/{rest/delete.go,generic/registry/store.go},
pkg/registry/core/pod/strategy.go (`CheckGracefulDelete`) (v1.36).
"""

from __future__ import annotations

from enum import Enum

from kspec.api.fields import obj, text, texts
from kspec.cluster.stored import Stored
from kspec.source.tree import Json, Object

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


class Propagation(Enum):
    """What becomes of the dependents of a deleted object."""

    BACKGROUND = "Background"
    FOREGROUND = "Foreground"
    ORPHAN = "Orphan"


def is_finished(stored: Stored) -> bool:
    """Whether nothing keeps an object any more whose deletion was requested."""
    if not stored.deleting or stored.finalizers or texts(stored.spec, "finalizers"):
        return False
    return stored.kind != "Pod" or not seconds_left(stored)


def propagate(metadata: Object, propagation: Propagation) -> None:
    wanted = {Propagation.FOREGROUND: FOREGROUND, Propagation.ORPHAN: ORPHAN}.get(propagation)
    kept: list[Json] = [f for f in texts(metadata, "finalizers") if f not in (FOREGROUND, ORPHAN)]
    finalizers = [*kept, wanted] if wanted else kept
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)


def grace_of(live: Stored, asked: int | None) -> int:
    """The seconds a pod has to end; other objects, and pods that do not run, have none."""
    if live.kind != "Pod":
        return 0
    if not text(live.spec, "nodeName") or text(live.status, "phase") in ("Succeeded", "Failed"):
        return 0
    usual = live.spec.get("terminationGracePeriodSeconds")
    return asked if asked is not None else usual if isinstance(usual, int) else 30


def seconds_left(live: Stored) -> int | None:
    left = obj(live.manifest, "metadata").get("deletionGracePeriodSeconds")
    return left if isinstance(left, int) else None
