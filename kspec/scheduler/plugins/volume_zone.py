"""VolumeZone: a bound volume with zone labels is used in its zones only.

Upstream: pkg/scheduler/framework/plugins/volumezone/volume_zone.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.domain.node import REGION, ZONE, Node
from kspec.domain.storage import PersistentVolume
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.volume_claims import claim_uses, class_of, waits_for_consumer

NAME = "VolumeZone"
CONFLICT = Status(Code.UNRESOLVABLE, ("node(s) had no available volume zone",), NAME)
_OLD = {
    "failure-domain.beta.kubernetes.io/zone": ZONE,
    "failure-domain.beta.kubernetes.io/region": REGION,
}
_LABELS = (*_OLD, ZONE, REGION)
_SEPARATOR = "__"
"""Stands between the zones of a volume that lies in several."""


@dataclass(frozen=True, slots=True)
class VolumeZones:
    """Where the pod's volumes lie: per label the values allowed."""

    zones: tuple[tuple[str, frozenset[str]], ...]

    def reach(self, node: Node) -> bool:
        labels = node.labels
        if not any(label in labels for label in _LABELS):
            return True
        return all(labels.get(key, labels.get(_OLD.get(key, key))) in values for key, values in self.zones)


class VolumeZone:
    """PreFilter, Filter."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        if not pod.spec.volumes:
            return SKIP
        zones: list[tuple[str, frozenset[str]]] = []
        for use in claim_uses(pod.pod):
            if not use.ephemeral:
                found = _zones_of(use.key, cluster.catalog)
                if isinstance(found, str):
                    return PreFilterResult(status=Status(Code.UNRESOLVABLE, (found,), NAME))
                zones += found
        if not zones:
            return SKIP
        state.write(VolumeZones(tuple(zones)))
        return PROCEED

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return OK if state.read(VolumeZones).reach(node.node) else CONFLICT

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        zones = state.read(VolumeZones)
        codes = np.zeros(cluster.nodes.size, np.int64)
        for slot in map(int, cluster.nodes.order):
            codes[slot] = not zones.reach(cluster.nodes.at(slot))
        return Verdicts(codes, lambda code: CONFLICT)


def _zones_of(key: str, catalog: Catalog) -> list[tuple[str, frozenset[str]]] | str:
    """The zones of a claim's volume, or why they can not be told."""
    claim = catalog.claims.get(key)
    if claim is None:
        return f'persistentvolumeclaim "{key.partition("/")[2]}" not found'
    if not claim.spec.volume_name:
        name = class_of(claim)
        if not name:
            return "PersistentVolumeClaim had no pv name and storageClass name"
        if name not in catalog.storage_classes:
            return f'storageclass.storage.k8s.io "{name}" not found'
        return [] if waits_for_consumer(claim, catalog) else "PersistentVolume had no name"
    volume = catalog.volumes.get(claim.spec.volume_name)
    return f'persistentvolume "{claim.spec.volume_name}" not found' if volume is None else _labelled(volume)


def _labelled(volume: PersistentVolume) -> list[tuple[str, frozenset[str]]]:
    labels = volume.metadata.labels
    return [
        (key, frozenset(part.strip() for part in labels[key].split(_SEPARATOR)))
        for key in _LABELS
        if key in labels and all(part.strip() for part in labels[key].split(_SEPARATOR))
    ]
