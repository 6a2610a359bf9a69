"""DynamicResources: devices that pods claim, with structured parameters.

A claim that is made from a template exists, for this plugin, as soon as its pod does. Partitioned devices, consumable
capacity, binding conditions and extended resources backed by devices are not modelled.

Upstream: pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kspec.domain.devices import (
    AllocationResult,
    DeviceAllocationResult,
    DeviceClass,
    ResourceClaim,
    ResourceClaimConsumer,
    ResourceClaimTemplate,
)
from kspec.domain.matching import selector_matches
from kspec.domain.node import Node
from kspec.domain.pod import Pod
from kspec.scheduler.devices.allocator import Allocation, allocate
from kspec.scheduler.devices.inventory import DeviceId, Entry, devices, taken
from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.interface import PROCEED, SKIP, CycleState, Handle, PostFilterResult, PreFilterResult
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.framework.verdicts import Verdicts
from kspec.scheduler.plugins.normalize import default_normalize

NAME = "DynamicResources"
NOTHING_TO_FREE = Status(Code.UNSCHEDULABLE, ("no new claims to deallocate",), NAME)
NOT_PREPARED = Status(Code.ERROR, ("not found",), NAME)
"""What comes of asking for deallocation when an earlier plugin refused the pod before this one saw it."""
NOT_ENOUGH = Status(Code.UNRESOLVABLE, ("cannot allocate all claims",), NAME)
ELSEWHERE = Status(Code.UNRESOLVABLE, ("resourceclaim not available on the node",), NAME)
_STATUS = {1: ELSEWHERE, 2: NOT_ENOUGH}


@dataclass(slots=True)
class PodDevices:
    """The pod's claims: those that have their devices, and those that are to get some."""

    catalog: Catalog
    given: tuple[ResourceClaim, ...] = ()
    wanted: tuple[ResourceClaim, ...] = ()
    entries: tuple[Entry, ...] = ()
    taken: set[DeviceId] = field(default_factory=set)
    found: dict[str, Allocation] = field(default_factory=dict)

    def verdict(self, node: Node) -> int:
        """0 if the node will do; what is given there is remembered."""
        for claim in self.given:
            selector = claim.status.allocation.node_selector if claim.status.allocation else None
            if selector is not None and not selector_matches(selector, node.labels, node.name):
                return 1
        if not self.wanted:
            return 0
        allocation = allocate(self.wanted, node, self.catalog, self.entries, self.taken)
        if allocation is None:
            return 2
        self.found[node.name] = allocation
        return 0


class DynamicResources:
    """PreFilter, Filter, PostFilter, Score, NormalizeScore, Reserve."""

    name = NAME

    def pre_filter(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> PreFilterResult:
        catalog = cluster.catalog
        if not pod.spec.resource_claims:
            state.write(PodDevices(catalog))
            return SKIP
        claims = [_claim(pod.pod, i, catalog) for i in range(len(pod.spec.resource_claims))]
        missing = next((claim for claim in claims if isinstance(claim, str)), None)
        if missing is not None:
            return PreFilterResult(status=Status(Code.UNRESOLVABLE, (missing,), NAME))
        known = [claim for claim in claims if isinstance(claim, ResourceClaim)]
        given = tuple(claim for claim in known if claim.status.allocation is not None)
        wanted = tuple(claim for claim in known if claim.status.allocation is None)
        wrong = _unknown_class(wanted, catalog)
        state.write(PodDevices(catalog, given, wanted, tuple(devices(catalog)), taken(catalog)))
        return PreFilterResult(status=Status(Code.UNRESOLVABLE, (wrong,), NAME)) if wrong else PROCEED

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return _STATUS.get(state.read(PodDevices).verdict(node.node), OK)

    def verdicts(self, state: CycleState, pod: PodInfo, cluster: Cluster) -> Verdicts | None:
        asked = state.read(PodDevices)
        codes = np.zeros(cluster.nodes.size, np.int64)
        for slot in map(int, cluster.nodes.order):
            codes[slot] = asked.verdict(cluster.nodes.at(slot))
        return Verdicts(codes, _STATUS.__getitem__)

    def post_filter(self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis, handle: Handle) -> PostFilterResult:
        return PostFilterResult(NOT_PREPARED if state.find(PodDevices) is None else NOTHING_TO_FREE)

    def scores(self, state: CycleState, pod: PodInfo, cluster: Cluster, nodes: Slots) -> Ints:
        asked = state.find(PodDevices)
        if asked is None or not asked.wanted:
            return np.zeros(len(nodes), np.int64)
        names = (cluster.nodes.name(slot) for slot in nodes)
        return np.fromiter((asked.found[n].score if n in asked.found else 0 for n in names), np.int64, len(nodes))

    def score(
        self, state: CycleState, pod: PodInfo, node: NodeInfo, feasible: Sequence[NodeInfo], cluster: Cluster
    ) -> int:
        if not pod.spec.resource_claims:
            return 0
        asked = state.find(PodDevices)
        if asked is None:
            self.pre_filter(state, pod, cluster)
            asked = state.read(PodDevices)
        asked.verdict(node.node)
        return asked.found[node.name].score if node.name in asked.found else 0

    def normalize_score(self, state: CycleState, scores: Ints) -> Ints:
        return default_normalize(scores, reverse=False)

    def reserve(self, state: CycleState, pod: PodInfo, node: str, cluster: Cluster) -> Status:
        """Give the pod its devices; from then on nobody else gets them."""
        if not pod.spec.resource_claims:
            return OK
        self.pre_filter(state, pod, cluster)
        asked, slot = state.read(PodDevices), cluster.nodes.slot.get(node)
        if slot is None or asked.verdict(cluster.nodes.at(slot)):
            return OK
        consumer = ResourceClaimConsumer(name=pod.pod.name, uid=pod.pod.metadata.uid)
        for claim in asked.given:
            users = (*claim.status.reserved_for, consumer)
            cluster.catalog.put(
                claim.model_copy(update={"status": claim.status.model_copy(update={"reserved_for": users})})
            )
        results = asked.found[node].results if asked.wanted else ()
        for claim, given in zip(asked.wanted, results, strict=True):
            allocation = AllocationResult(devices=DeviceAllocationResult(results=given))
            status = claim.status.model_copy(
                update={"allocation": allocation, "reserved_for": (*claim.status.reserved_for, consumer)}
            )
            cluster.catalog.put(claim.model_copy(update={"status": status}))
        return OK


def release(pod: Pod, catalog: Catalog) -> None:
    """The pod is gone: claims that nobody else uses give their devices back, those made for it are gone too."""
    for ref in pod.spec.resource_claims:
        name = ref.resource_claim_name or f"{pod.name}-{ref.name}"
        claim = catalog.others.get(("ResourceClaim", f"{pod.namespace}/{name}"))
        if not isinstance(claim, ResourceClaim):
            continue
        if not ref.resource_claim_name:
            catalog.drop("ResourceClaim", claim.key)
            continue
        users = tuple(user for user in claim.status.reserved_for if user.name != pod.name)
        allocation = claim.status.allocation if users else None
        status = claim.status.model_copy(update={"reserved_for": users, "allocation": allocation})
        catalog.put(claim.model_copy(update={"status": status}))


def _claim(pod: Pod, index: int, catalog: Catalog) -> ResourceClaim | str:
    """The claim that a pod refers to, or why there is none."""
    ref = pod.spec.resource_claims[index]
    name = ref.resource_claim_name or f"{pod.name}-{ref.name}"
    found = catalog.others.get(("ResourceClaim", f"{pod.namespace}/{name}"))
    if isinstance(found, ResourceClaim):
        return found
    template = catalog.others.get(("ResourceClaimTemplate", f"{pod.namespace}/{ref.resource_claim_template_name}"))
    if ref.resource_claim_name or not isinstance(template, ResourceClaimTemplate):
        return f'resourceclaim.resource.k8s.io "{name}" not found'
    metadata = pod.metadata.model_copy(update={"name": name, "labels": {}, "annotations": {}})
    return ResourceClaim(
        api_version="resource.k8s.io/v1", kind="ResourceClaim", metadata=metadata, spec=template.spec.spec
    )


def _unknown_class(claims: Sequence[ResourceClaim], catalog: Catalog) -> str:
    for claim in claims:
        for request in claim.spec.devices.requests:
            forms = ([request.exactly] if request.exactly else []) + list(request.first_available)
            for form in forms:
                known = catalog.others.get(("DeviceClass", form.device_class_name))
                if not isinstance(known, DeviceClass):
                    return f"request {request.name}: device class {form.device_class_name} does not exist"
    return ""
