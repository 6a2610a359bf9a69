"""VolumeRestrictions, and what attaching adds to it: who may share a claim, and which disks exclude each other.

Upstream: pkg/scheduler/framework/plugins/volumerestrictions (v1.36). That a ReadWriteOnce volume is attached to one
node at a time is no filter of the scheduler: it would bind the pods, and volume attachment would let them wait.
"""

from __future__ import annotations

import numpy as np

from kspec.domain.pod import PodSpec
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import AtMost, Exclusion, Mask, Together, Why
from kspec.place.rules.claims import Missing, Use

_MANY = {"ReadWriteMany", "ReadOnlyMany"}


def volume_restrictions(draft: Draft) -> None:
    """Keep the users of a claim together or alone, and in-tree disks apart."""
    users: dict[str, list[tuple[Batch, Use]]] = {}
    for batch in draft.batches:
        for use in batch.uses:
            users.setdefault(use.need.claim, []).append((batch, use))
    for claim, found in users.items():
        _claim(draft, claim, found)
    for batch in draft.batches:
        _disks(draft, batch)


def _claim(draft: Draft, claim: str, users: list[tuple[Batch, Use]]) -> None:
    batch, use = users[0]
    if isinstance(use.need, Missing):
        return
    modes = set(use.need.modes)
    groups = tuple(dict.fromkeys(b.index for b, _ in users))
    sites = sorted({r.site for r in draft.running if any(u.need.claim == claim for u in r.uses)})
    alone = len(groups) == 1 and all(claim not in claims for claims in batch.claims[1:])
    if modes == {"ReadWriteOncePod"}:
        if sites or not alone:
            message = f"one pod may use claim {claim} (ReadWriteOncePod)"
            requirement = draft.require_of(batch, Why.ACCESS, message, ("volumes",), detail=claim)
            draft.rules.append(AtMost(requirement, groups, 0 if sites else 1))
    elif modes and not modes & _MANY and (sites or not alone):
        message = f"the users of claim {claim} share a node (ReadWriteOnce)"
        requirement = draft.require_of(batch, Why.ACCESS, message, ("volumes",), detail=claim)
        draft.rules.append(Together(requirement, groups, draft.site_topology()))
        if sites:
            allowed: Mask = np.zeros(len(draft.nodes), dtype=bool)
            allowed[sites[:1]] = True
            for other, _ in users:
                draft.barrier(requirement, other, allowed)


def _disks(draft: Draft, batch: Batch) -> None:
    own = disks(batch.spec)
    if not own:
        return
    message = f"{batch.label} mounts {wording.some(sorted(name for name, _ in own))}: one pod a node"
    requirement = draft.require_of(batch, Why.ACCESS, message, ("volumes",), detail="disks")
    for other in draft.batches[batch.index :]:
        if _conflict(own, disks(other.spec)):
            draft.rules.append(Exclusion(requirement, batch.index, other.index, draft.site_topology()))
    free: Mask = np.ones(len(draft.nodes), dtype=bool)
    free[[r.site for r in draft.running if _conflict(own, disks(r.pod.spec))]] = False
    draft.barrier(requirement, batch, free)


def disks(spec: PodSpec) -> set[tuple[str, bool]]:
    """In-tree disks of a pod, each with whether it is mounted read-only."""
    found: set[tuple[str, bool]] = set()
    for volume in spec.volumes:
        if volume.gce_persistent_disk:
            source = volume.gce_persistent_disk
            found.add((f"disk {source.get('pdName')}", source.get("readOnly") is True))
        if volume.aws_elastic_block_store:
            found.add((f"disk {volume.aws_elastic_block_store.get('volumeID')}", False))
        if volume.iscsi:
            found.add((f"disk {volume.iscsi.get('iqn')}", volume.iscsi.get("readOnly") is True))
        if volume.rbd:
            pool, read_only = volume.rbd.get("pool") or "rbd", volume.rbd.get("readOnly") is True
            monitors = volume.rbd.get("monitors")
            for monitor in monitors if isinstance(monitors, list) else ():
                found.add((f"image {monitor}/{pool}/{volume.rbd.get('image')}", read_only))
    return found


def _conflict(ours: set[tuple[str, bool]], theirs: set[tuple[str, bool]]) -> bool:
    return any(a == b and not (ro_a and ro_b) for a, ro_a in ours for b, ro_b in theirs)
