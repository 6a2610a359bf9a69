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


def pod_requests(
    spec: PodSpec, *, assume: Mapping[str, Quantity] | None = None, pod_level: bool = True
) -> dict[str, int]:
    """A pod's effective requests in the scheduler's units. The pod itself (resource `pods`) is not counted.

    `assume` is taken for a container without a request of that resource; without `pod_level`, only containers and
    overhead count.
    """
    amounts = container_requests(spec, assume)
    if pod_level:
        amounts |= pod_level_requests(spec)
    _add(amounts, _amounts(spec.overhead))
    return {name: in_units(name, amount) for name, amount in amounts.items()}


def container_requests(spec: PodSpec, assume: Mapping[str, Quantity] | None = None) -> Amounts:
    """The containers' share: main containers and sidecars run together, init containers one after the other next to the
    sidecars started before them; per resource the larger of the two counts."""
    missing = _amounts(assume or {})
    running: Amounts = {}
    for container in spec.containers:
        _add(running, missing | _requests(container.resources))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.init_containers:
        requests = missing | _requests(container.resources)
        _maximum(starting, _while_starting(container, requests, sidecars))
    _add(running, sidecars)
    _maximum(running, starting)
    return running


def pod_level_requests(spec: PodSpec) -> Amounts:
    """What stands at the pod itself, in place of the containers' sum. With pod-level limits, a request missing there is
    what the containers request, or else the limit (upstream `defaultPodRequests`)."""
    limits, requests = _amounts(spec.resources.limits), _amounts(spec.resources.requests)
    out = {k: v for k, v in limits.items() if _pod_level_resource(k)}
    if limits:
        out |= {k: v for k, v in container_requests(spec).items() if k in ("cpu", "memory")}
    return out | {k: v for k, v in requests.items() if _pod_level_resource(k)}


def _while_starting(container: Container, requests: Amounts, sidecars: Amounts) -> Amounts:
    """What runs while this init container does; a sidecar joins `sidecars` for good."""
    if container.is_sidecar:
        _add(sidecars, requests)
        return dict(sidecars)
    _add(requests, sidecars)
    return requests


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
