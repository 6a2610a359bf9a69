"""VolumeBinding: the pod's volumes can be used, found or made on the node; on reserving the node, they are bound.

The volume controller's part is played here too: what is reserved is bound at once, and a volume that would be
provisioned exists from then on.

Upstream: pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kspec.domain.base import ObjectMeta
from kspec.domain.node import Node
from kspec.domain.storage import (
    ClaimRef,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeSpec,
    PersistentVolumeStatus,
)
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.volume_claims import (
    BIND_COMPLETED,
    STORAGE,
    claim_uses,
    class_of,
    is_bound,
    problem,
    reaches,
    waits_for_consumer,
)
from kspec.scheduler.plugins.volume_matching import match_claims

NAME = "VolumeBinding"
AFFINITY_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
NO_SPACE = "node(s) did not have enough free storage"
VOLUME_MISSING = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
UNBOUND_IMMEDIATE = Status(Code.UNRESOLVABLE, ("pod has unbound immediate PersistentVolumeClaims",), NAME)


@dataclass(frozen=True, slots=True)
class PodClaims:
    """A pod's claims: bound ones, and those for which the scheduler has to find volumes."""

    catalog: Catalog = field(repr=False)
    bound: tuple[PersistentVolumeClaim, ...]
    waiting: tuple[PersistentVolumeClaim, ...]

    def status(self, node: Node) -> Status:
        """Whether a node will do; all that is missing otherwise (upstream `FindPodVolumes`)."""
        volumes = [self.catalog.volumes.get(claim.spec.volume_name) for claim in self.bound]
        match = match_claims(self.waiting, node, self.catalog)
        missing = next((i for i, volume in enumerate(volumes) if volume is None), len(volumes))
        known = [volume for volume in volumes[:missing] if volume is not None]
        conflict = not all(reaches(volume, node) for volume in known)
        reasons = [
            reason
            for reason, holds in (
                (AFFINITY_CONFLICT, conflict),
                (NOTHING_TO_BIND, not match.found),
                (NO_SPACE, not match.space),
                (VOLUME_MISSING, missing < len(volumes) and not conflict),
            )
            if holds
        ]
        return Status(Code.UNRESOLVABLE, tuple(reasons), NAME) if reasons else OK


class VolumeBinding:
    """PreFilter, Filter, Reserve."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        if not pod.spec.volumes:
            return SKIP
        catalog = cluster.catalog
        wrong = problem(pod.pod, catalog)
        if wrong:
            return PreFilterResult(status=Status(Code.UNRESOLVABLE, (wrong,), NAME))
        claims = [catalog.claims[use.key] for use in claim_uses(pod.pod)]
        if not claims:
            return SKIP
        waiting = [c for c in claims if not is_bound(c)]
        if any(c.spec.volume_name or not waits_for_consumer(c, catalog) for c in waiting):
            return PreFilterResult(status=UNBOUND_IMMEDIATE)
        state.write(PodClaims(catalog, tuple(c for c in claims if is_bound(c)), tuple(waiting)))
        return PROCEED

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return state.read(PodClaims).status(node.node)

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        claims = state.read(PodClaims)
        codes = np.zeros(cluster.nodes.size, np.int64)
        found = [OK]
        for slot in map(int, cluster.nodes.order):
            status = claims.status(cluster.nodes.at(slot))
            if not status.ok:
                if status not in found:
                    found.append(status)
                codes[slot] = found.index(status)
        return Verdicts(codes, found.__getitem__)

    def reserve(self, state: CycleState, pod: PodInfo, node: str, cluster: Cluster) -> Status:
        catalog = cluster.catalog
        claims = [catalog.claims[use.key] for use in claim_uses(pod.pod) if use.key in catalog.claims]
        waiting = [c for c in claims if not is_bound(c)]
        slot = cluster.nodes.slot.get(node)
        if not waiting or slot is None:
            return OK
        match = match_claims(waiting, cluster.nodes.at(slot), catalog)
        for claim, volume in match.bindings:
            _bind(claim, volume, catalog)
        for claim in match.provisions:
            _bind(claim, _provisioned(claim), catalog)
        return OK


def _bind(claim: PersistentVolumeClaim, volume: PersistentVolume, catalog: Catalog) -> None:
    ref = ClaimRef(namespace=claim.namespace, name=claim.name, uid=claim.metadata.uid)
    spec = volume.spec.model_copy(update={"claim_ref": ref})
    catalog.put(volume.model_copy(update={"spec": spec, "status": PersistentVolumeStatus(phase="Bound")}))
    annotations: Mapping[str, str] = {**claim.metadata.annotations, BIND_COMPLETED: "yes"}
    changes = {
        "metadata": claim.metadata.model_copy(update={"annotations": annotations}),
        "spec": claim.spec.model_copy(update={"volume_name": volume.name}),
        "status": claim.status.model_copy(update={"phase": "Bound"}),
    }
    catalog.put(claim.model_copy(update=changes))


def _provisioned(claim: PersistentVolumeClaim) -> PersistentVolume:
    """The volume that a provisioner makes for a claim."""
    requests = claim.spec.resources.requests
    return PersistentVolume(
        api_version="v1",
        kind="PersistentVolume",
        metadata=ObjectMeta(name=f"pvc-{claim.namespace}-{claim.name}"),
        spec=PersistentVolumeSpec(
            capacity={STORAGE: requests[STORAGE]} if STORAGE in requests else {},
            access_modes=claim.spec.access_modes,
            storage_class_name=class_of(claim),
            volume_mode=claim.spec.volume_mode,
        ),
    )
