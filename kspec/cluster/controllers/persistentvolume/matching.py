"""Which volume a claim gets that names none.

Upstream: pkg/controller/volume/persistentvolume/index.go, staging/src/k8s.io/component-helpers/storage/volume/
pv_helpers.go (`FindMatchingVolume`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable

from kspec.api.fields import texts
from kspec.cluster.controllers.persistentvolume.facts import (
    capacity,
    claim_key,
    class_of,
    is_for,
    mode_of,
    offers,
    requested,
    selects,
)
from kspec.cluster.stored import Stored


def best_match(claim: Stored, volumes: Iterable[Stored], *, delayed: bool) -> Stored | None:
    """The volume reserved for the claim; or of those that meet it one with the fewest access modes, the smallest.

    A `delayed` claim waits for its pod: only what is reserved for it counts.
    """
    free: list[Stored] = []
    for volume in volumes:
        if volume.deleting or not offers(volume, claim) or mode_of(volume) != mode_of(claim):
            continue
        if capacity(volume) < requested(claim):
            continue
        if claim_key(volume) is not None:
            if is_for(volume, claim):
                return volume
        elif volume.phase == "Available" and class_of(volume) == class_of(claim) and selects(claim, volume):
            free.append(volume)
    if delayed or not free:
        return None
    return min(free, key=lambda v: (len(texts(v.spec, "accessModes")), capacity(v)))
