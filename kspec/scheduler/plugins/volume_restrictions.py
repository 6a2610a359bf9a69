"""VolumeRestrictions: disks that only one node, and claims that only one pod may use at a time.

Upstream: pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.domain.pod import Volume
from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.volume_claims import claim_uses

NAME = "VolumeRestrictions"
DISK = Status(Code.UNSCHEDULABLE, ("node(s) had no available disk",), NAME)
ONE_POD = Status(
    Code.UNSCHEDULABLE,
    (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another"
        " pod",
    ),
    NAME,
)
READ_WRITE_ONCE_POD = "ReadWriteOncePod"
_Source = Mapping[str, object]


@dataclass(slots=True)
class ExclusiveClaims:
    """The pod's claims that no other pod may use, and how many placed pods do."""

    claims: frozenset[str]
    users: int = 0

    def used_by(self, pod: PodInfo) -> int:
        return sum(use.key in self.claims for use in claim_uses(pod.pod) if not use.ephemeral)


def conflicts(volume: Volume, other: Volume) -> bool:
    """Whether two volumes are one disk that can not be mounted twice on a node."""
    if volume.gce_persistent_disk and other.gce_persistent_disk:
        return _same(volume.gce_persistent_disk, other.gce_persistent_disk, "pdName", shared=True)
    if volume.aws_elastic_block_store and other.aws_elastic_block_store:
        return _same(volume.aws_elastic_block_store, other.aws_elastic_block_store, "volumeID", shared=False)
    if volume.iscsi and other.iscsi:
        return _same(volume.iscsi, other.iscsi, "iqn", shared=True)
    if volume.rbd and other.rbd:
        meet = bool(set(_texts(volume.rbd, "monitors")) & set(_texts(other.rbd, "monitors")))
        pool = volume.rbd.get("pool", "rbd") == other.rbd.get("pool", "rbd")
        return meet and pool and _same(volume.rbd, other.rbd, "image", shared=True)
    return False


class VolumeRestrictions:
    """PreFilter, Filter."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        if not pod.spec.volumes:
            return SKIP
        exclusive: set[str] = set()
        for use in claim_uses(pod.pod):
            if use.ephemeral:
                continue
            claim = cluster.catalog.claims.get(use.key)
            if claim is None:
                reason = f'persistentvolumeclaim "{use.name}" not found'
                return PreFilterResult(status=Status(Code.UNRESOLVABLE, (reason,), NAME))
            if READ_WRITE_ONCE_POD in claim.spec.access_modes:
                exclusive.add(use.key)
        found = ExclusiveClaims(frozenset(exclusive))
        if exclusive:
            found.users = sum(found.used_by(other) for other, _ in cluster.placed.values())
        state.write(found)
        return PROCEED if found.users or any(map(_is_disk, pod.spec.volumes)) else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        if _disk_taken(pod.spec.volumes, node.pods):
            return DISK
        return ONE_POD if state.read(ExclusiveClaims).users > 0 else OK

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        volumes = pod.spec.volumes
        disks = [volume for volume in volumes if _is_disk(volume)]

        def taken(slots: Slots) -> Ints:
            pods = (cluster.pods_on(slot) for slot in slots)
            return np.fromiter((_disk_taken(disks, on_node) for on_node in pods), np.int64, len(slots))

        codes = np.zeros(cluster.nodes.size, np.int64)
        if disks:
            codes = cluster.local(pod, NAME, lambda: repr(disks), taken).copy()
        if state.read(ExclusiveClaims).users > 0:
            codes[codes == 0] = 2
        return Verdicts(codes, {1: DISK, 2: ONE_POD}.__getitem__)

    def tally(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], cluster: Cluster) -> None:
        """Nothing to do: the users were counted before filtering."""

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        found = state.read(ExclusiveClaims)
        found.users += found.used_by(other)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        found = state.read(ExclusiveClaims)
        found.users -= found.used_by(other)


def _is_disk(volume: Volume) -> bool:
    return bool(volume.gce_persistent_disk or volume.aws_elastic_block_store or volume.rbd or volume.iscsi)


def _disk_taken(volumes: Sequence[Volume], pods: Iterable[PodInfo]) -> bool:
    disks = [volume for volume in volumes if _is_disk(volume)]
    return bool(disks) and any(
        conflicts(volume, other) for pod in pods for other in pod.spec.volumes for volume in disks
    )


def _same(source: _Source, other: _Source, key: str, *, shared: bool) -> bool:
    """One and the same disk, unless both only read where that is allowed."""
    if source.get(key) != other.get(key):
        return False
    return not (shared and source.get("readOnly") and other.get("readOnly"))


def _texts(source: _Source, key: str) -> tuple[str, ...]:
    value = source.get(key)
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()
