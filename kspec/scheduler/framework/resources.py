"""What a pod asks for and what a node offers, as the scheduler counts it.

Units: cpu in thousandths of a core, everything else in whole units (bytes, devices). Resources that the scheduler does
not count, such as `storage`, are left out.

Upstream: pkg/scheduler/framework/types.go (`Resource.SetMaxResource`, `calculateResource`),
pkg/scheduler/util/{utils,pod_resources}.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kspec.domain import requests as domain
from kspec.domain.node import Node
from kspec.domain.pod import PodSpec
from kspec.domain.quantity import Quantity

CPU = "cpu"
MEMORY = "memory"
EPHEMERAL_STORAGE = "ephemeral-storage"
PODS = "pods"
HUGEPAGES = "hugepages-"
ATTACHABLE_VOLUMES = "attachable-volumes-"

Amounts = dict[str, int]

NON_MISSING: Mapping[str, Quantity] = {CPU: Quantity.parse("100m"), MEMORY: Quantity.parse("200Mi")}
"""What scoring assumes of a container that does not say what it needs."""


def is_extended(name: str) -> bool:
    """Whether a resource is an extended one, such as `nvidia.com/gpu` (upstream `IsExtendedResourceName`)."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def is_scalar(name: str) -> bool:
    """Whether a resource is counted next to cpu, memory and storage (upstream `IsScalarResourceName`)."""
    return "/" in name or name.startswith((HUGEPAGES, ATTACHABLE_VOLUMES))


def allocatable(node: Node) -> Amounts:
    """What the pods of a node may request together, including `pods`, the number of pods."""
    amounts = domain.list_in_units(node.allocatable)
    return {name: amount for name, amount in amounts.items() if name == PODS or _counted(name)}


def pod_requests(spec: PodSpec) -> Amounts:
    """What a pod requests: a node must have that much left."""
    return {name: amount for name, amount in domain.pod_requests(spec).items() if _counted(name)}


def scored_requests(spec: PodSpec) -> Amounts:
    """What a pod requests as NodeResourcesFit scores it: with defaults where a container says nothing, and, as upstream
    has it, without pod-level resources."""
    return domain.pod_requests(spec, assume=NON_MISSING, pod_level=False)


@dataclass(frozen=True, slots=True)
class NonZero:
    """Cpu (milli) and memory (bytes) a placed pod counts with in scores: defaults stand in for what is missing."""

    cpu: int
    memory: int


def non_zero(spec: PodSpec) -> NonZero:
    """Upstream `calculateResource`: with pod-level requests, a default is used only for what no one requests at all."""
    assume = NON_MISSING
    if domain.pod_level_requests(spec):
        present = domain.pod_requests(spec)
        assume = {name: quantity for name, quantity in NON_MISSING.items() if name not in present}
    requests = domain.pod_requests(spec, assume=assume)
    return NonZero(requests.get(CPU, 0), requests.get(MEMORY, 0))


def _counted(name: str) -> bool:
    return name in (CPU, MEMORY, EPHEMERAL_STORAGE) or is_scalar(name)
