"""What a pod asks for and what a node offers, as exact integers.

Units: cpu in thousandths of a core, everything else in whole units (bytes, devices), each rounded up once at the end.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go (`PodRequests`, `AggregateContainerRequests`),
pkg/scheduler/framework/types.go (`Resource.SetMaxResource`, `calculateResource`), pkg/scheduler/util/pod_resources.go,
pkg/apis/core/v1/defaults.go (`defaultPodRequests`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kspec.domain.node import Node
from kspec.domain.pod import Container, PodSpec, ResourceList
from kspec.domain.quantity import Quantity

CPU = "cpu"
MEMORY = "memory"
EPHEMERAL_STORAGE = "ephemeral-storage"
PODS = "pods"
HUGEPAGES = "hugepages-"
ATTACHABLE_VOLUMES = "attachable-volumes-"

Amounts = dict[str, int]
_Sums = dict[str, Fraction]

MISSING_CPU = Quantity.parse("100m")
MISSING_MEMORY = Quantity.parse(200 * 1024 * 1024)
NON_MISSING: Mapping[str, Quantity] = {CPU: MISSING_CPU, MEMORY: MISSING_MEMORY}
"""What scoring assumes of a container that does not say what it needs."""


def is_extended(name: str) -> bool:
    """Whether a resource is an extended one, such as `nvidia.com/gpu` (upstream `IsExtendedResourceName`)."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def is_scalar(name: str) -> bool:
    """Whether a resource is counted next to cpu, memory and storage (upstream `IsScalarResourceName`)."""
    return "/" in name or name.startswith((HUGEPAGES, ATTACHABLE_VOLUMES))


def amounts(resources: Mapping[str, Quantity]) -> Amounts:
    """Quantities in the scheduler's units; resources it does not count are left out."""
    return _in_units({name: quantity.amount for name, quantity in resources.items()})


def allocatable(node: Node) -> Amounts:
    """What the pods of a node may request together, including `pods`, the number of pods."""
    return _in_units({name: quantity.amount for name, quantity in node.allocatable.items()}, pods=True)


def pod_requests(spec: PodSpec, assume: Mapping[str, Quantity] | None = None) -> Amounts:
    """What a pod requests: containers and sidecars together, or an init container's peak, and the pod's overhead.

    Pod-level requests take the containers' place. `assume` is used for a container without a request of that resource.
    """
    sums = _containers(spec, assume or {}) | _pod_level(spec)
    for name, quantity in spec.overhead.items():
        sums[name] = sums.get(name, Fraction(0)) + quantity.amount
    return _in_units(sums)


@dataclass(frozen=True, slots=True)
class NonZero:
    """Cpu (milli) and memory (bytes) a placed pod counts with in scores: defaults stand in for what is missing."""

    cpu: int
    memory: int


def non_zero(spec: PodSpec) -> NonZero:
    """Upstream `calculateResource`: with pod-level requests, a default is used only for what no one requests at all."""
    assume = NON_MISSING
    if _pod_level(spec):
        present = pod_requests(spec)
        assume = {name: quantity for name, quantity in NON_MISSING.items() if name not in present}
    requests = pod_requests(spec, assume)
    return NonZero(requests.get(CPU, 0), requests.get(MEMORY, 0))


def _containers(spec: PodSpec, assume: Mapping[str, Quantity]) -> _Sums:
    total: _Sums = {}
    for container in spec.containers:
        _add(total, _requests(container, assume))
    sidecars: _Sums = {}
    peak: _Sums = {}
    for container in spec.init_containers:
        requests = _requests(container, assume)
        if container.is_sidecar:
            _add(total, requests)
            _add(sidecars, requests)
            _max(peak, sidecars)
        else:
            _max(peak, _add(dict(sidecars), requests))
    _max(total, peak)
    return total


def _pod_level(spec: PodSpec) -> _Sums:
    """Pod-level requests. With pod-level limits, those missing are what the containers request, or else the limits."""
    resources = spec.resources
    sums = {name: quantity.amount for name, quantity in resources.requests.items() if _has_pod_level(name)}
    if resources.limits:
        for name, amount in _containers(spec, {}).items():
            if name in (CPU, MEMORY):
                sums.setdefault(name, amount)
        for name, quantity in resources.limits.items():
            if _has_pod_level(name):
                sums.setdefault(name, quantity.amount)
    return sums


def _has_pod_level(name: str) -> bool:
    return name in (CPU, MEMORY) or name.startswith(HUGEPAGES)


def _requests(container: Container, assume: Mapping[str, Quantity]) -> ResourceList:
    """A container's requests. A limit without a request requests the limit, as the API server defaults it."""
    resources = container.resources
    return {**assume, **resources.limits, **resources.requests}


def _add(total: _Sums, more: Mapping[str, Quantity] | _Sums) -> _Sums:
    for name, value in more.items():
        amount = value.amount if isinstance(value, Quantity) else value
        total[name] = total.get(name, Fraction(0)) + amount
    return total


def _max(total: _Sums, other: _Sums) -> None:
    for name, amount in other.items():
        if name not in total or amount > total[name]:
            total[name] = amount


def _in_units(sums: Mapping[str, Fraction], *, pods: bool = False) -> Amounts:
    out: Amounts = {}
    for name, amount in sums.items():
        if name == CPU:
            out[name] = Quantity(amount).milli
        elif name in (MEMORY, EPHEMERAL_STORAGE) or is_scalar(name) or (pods and name == PODS):
            out[name] = Quantity(amount).value
    return out


def total(parts: Iterable[Mapping[str, int]]) -> Amounts:
    """The sum of several amounts."""
    out: Amounts = {}
    for part in parts:
        for name, amount in part.items():
            out[name] = out.get(name, 0) + amount
    return out
