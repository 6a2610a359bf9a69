"""NodeVolumeLimits: a node takes no more volumes of a CSI driver than the driver says it can.

In-tree volumes that have been migrated to CSI are not counted.

Upstream: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from kspec.domain.pod import Pod
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.resources import Amounts, allocatable
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.volume_claims import claim_uses, class_of

NAME = "NodeVolumeLimits"
EXCEEDED = Status(Code.UNSCHEDULABLE, ("node(s) exceed max volume count",), NAME)
_KEY = "attachable-volumes-csi-"


def attached(pod: Pod, catalog: Catalog) -> dict[str, str]:
    """The CSI volumes of a pod, each with its driver. A claim that is not bound yet counts for its provisioner."""
    out: dict[str, str] = {}
    for use in claim_uses(pod):
        claim = catalog.claims.get(use.key)
        if claim is None:
            continue
        volume = catalog.volumes.get(claim.spec.volume_name)
        if volume is not None:
            if volume.spec.csi is not None:
                out[f"{volume.spec.csi.driver}/{volume.spec.csi.volume_handle}"] = volume.spec.csi.driver
            continue
        storage_class = catalog.storage_classes.get(class_of(claim))
        if storage_class is not None and storage_class.provisioner:
            out[f"{storage_class.provisioner}/claim/{use.key}"] = storage_class.provisioner
    return out


def over_limit(wanted: Mapping[str, str], there: Iterable[Mapping[str, str]], limits: Mapping[str, int]) -> bool:
    """Whether the wanted volumes, next to those that are there, are more than a driver can attach."""
    present: dict[str, str] = {}
    for volumes in there:
        present |= volumes
    more = Counter(driver for volume, driver in wanted.items() if volume not in present)
    now = Counter(present.values())
    return any(driver in limits and now[driver] + count > limits[driver] for driver, count in more.items())


def limits_of(node: str, offered: Amounts, catalog: Catalog) -> dict[str, int]:
    """How many volumes of each driver a node takes."""
    limits = {name.removeprefix(_KEY): count for name, count in offered.items() if name.startswith(_KEY)}
    csi_node = catalog.csi_nodes.get(node)
    if csi_node is not None:
        limits |= {d.name: d.allocatable["count"] for d in csi_node.spec.drivers if "count" in d.allocatable}
    return limits


class NodeVolumeLimits:
    """PreFilter, Filter."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        if not pod.spec.volumes or not any(True for _ in claim_uses(pod.pod)):
            return SKIP
        state.write(cluster.catalog)
        return PROCEED

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        catalog = state.read(Catalog)
        limits = limits_of(node.name, node.allocatable, catalog)
        if not limits:
            return OK
        there = (attached(other.pod, catalog) for other in node.pods)
        return EXCEEDED if over_limit(attached(pod.pod, catalog), there, limits) else OK

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        catalog = cluster.catalog
        wanted = attached(pod.pod, catalog)
        if not wanted:
            return None
        codes = np.zeros(cluster.nodes.size, np.int64)
        for slot in map(int, cluster.nodes.order):
            node = cluster.nodes.at(slot)
            limits = limits_of(node.name, allocatable(node), catalog)
            if limits:
                there = (attached(other.pod, catalog) for other in cluster.pods_on(slot))
                codes[slot] = over_limit(wanted, there, limits)
        return Verdicts(codes, lambda code: EXCEEDED)
