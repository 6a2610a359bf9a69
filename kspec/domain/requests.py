"""What a pod asks of a node: the sum over containers, sidecars, init containers, overhead and pod-level resources.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go `PodRequests`; requests default from limits as in
pkg/apis/core/v1/defaults.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kspec.domain.pod import Container, PodSpec, ResourceList, ResourceRequirements
from kspec.domain.quantity import Quantity

Amounts = dict[str, Fraction]


def in_units(name: str, amount: Fraction) -> int:
    """An amount as the scheduler counts it: cpu in thousandths, everything else in whole units, rounded up."""
    quantity = Quantity(amount)
    return quantity.milli if name == "cpu" else quantity.value


def list_in_units(resources: ResourceList) -> dict[str, int]:
    """A resource list (such as a node's allocatable) in the scheduler's units."""
    return {name: in_units(name, q.amount) for name, q in resources.items()}


def pod_requests(spec: PodSpec) -> dict[str, int]:
    """A pod's effective requests in the scheduler's units. The pod itself (resource `pods`) is not counted."""
    amounts = _pod_level(spec, container_requests(spec))
    _add(amounts, _amounts(spec.overhead))
    return {name: in_units(name, amount) for name, amount in amounts.items()}


def container_requests(spec: PodSpec) -> Amounts:
    """The containers' share: main containers and sidecars run together, init containers one after the other next to the
    sidecars started before them; per resource the larger of the two counts."""
    running: Amounts = {}
    for container in spec.containers:
        _add(running, _requests(container.resources))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.init_containers:
        _maximum(starting, _while_starting(container, sidecars))
    _add(running, sidecars)
    _maximum(running, starting)
    return running


def _while_starting(container: Container, sidecars: Amounts) -> Amounts:
    """What runs while this init container does; a sidecar joins `sidecars` for good."""
    if container.is_sidecar:
        _add(sidecars, _requests(container.resources))
        return dict(sidecars)
    now = _requests(container.resources)
    _add(now, sidecars)
    return now


def _pod_level(spec: PodSpec, containers: Amounts) -> Amounts:
    """Pod-level requests replace the containers' sum; a pod-level limit alone stands in where no container asks."""
    limits, requests = _amounts(spec.resources.limits), _amounts(spec.resources.requests)
    out = {k: v for k, v in limits.items() if _pod_level_resource(k)} | containers
    return out | {k: v for k, v in requests.items() if _pod_level_resource(k)}


def _pod_level_resource(name: str) -> bool:
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def _requests(resources: ResourceRequirements) -> Amounts:
    """Requests, with limits where a request is missing."""
    return _amounts(resources.limits) | _amounts(resources.requests)


def _amounts(resources: Mapping[str, Quantity]) -> Amounts:
    return {name: q.amount for name, q in resources.items()}


def _add(total: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, Fraction(0)) + amount


def _maximum(total: Amounts, other: Amounts) -> None:
    for name, amount in other.items():
        total[name] = max(total.get(name, amount), amount)
