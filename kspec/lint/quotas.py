"""What a namespace needs of its ResourceQuotas.

Upstream: pkg/quota/v1/evaluator/core (v1.36), through `kspec.api.admission.usage`. Quotas with scopes are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.admission.usage import pod_usage, usage
from kspec.api.amounts import Amounts, amounts, pod_limits, pod_requests
from kspec.api.fields import obj, objects, text
from kspec.domain.objects import Resource
from kspec.domain.quantity import Quantity
from kspec.domain.templates import PODS
from kspec.lint.index import Index
from kspec.lint.sources import PodSource

_MUST_STATE = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})


@dataclass(frozen=True)
class Quota:
    """A quota of a namespace and what it allows."""

    resource: Resource
    namespace: str
    hard: Amounts


@dataclass(frozen=True)
class Need:
    """How much of something a namespace needs, and who needs most of it."""

    amount: Quantity
    shares: tuple[tuple[Resource, Quantity], ...]


def quotas(index: Index) -> Iterator[Quota]:
    """The quotas over everything in their namespace."""
    for resource in index.all("ResourceQuota"):
        spec = obj(resource.manifest, "spec")
        if not spec.get("scopes") and not obj(spec, "scopeSelector"):
            yield Quota(resource, resource.namespace or "default", amounts(spec, "hard"))


def of_one_pod(pods: PodSource) -> Amounts:
    """What one pod counts for."""
    return pod_usage(pod_requests(pods.raw), pod_limits(pods.raw))


def needed(index: Index, namespace: str, *, at_most: bool = False) -> dict[str, Need]:
    """What all objects of a namespace count for together, workloads at their least (or most) number of replicas."""
    shares: dict[str, list[tuple[Resource, Quantity]]] = {}
    for pods in index.pods_in(namespace):
        scale = index.scale(pods)
        for name, amount in of_one_pod(pods).items() if scale is not None else ():
            replicas = 0 if scale is None else scale.most if at_most else scale.least
            total = Quantity(amount.amount * replicas, amount.format)
            shares.setdefault(name, []).append((pods.resource, total))
    for resource in index.resources:
        if (resource.namespace or "default") == namespace and resource.kind not in PODS and resource.builtin:
            for name, amount in usage(resource.builtin, resource.manifest).items():
                shares.setdefault(name, []).append((resource, amount))
    return {name: _need(found) for name, found in shares.items()}


def _need(shares: list[tuple[Resource, Quantity]]) -> Need:
    total = Quantity(sum((q.amount for _, q in shares[1:]), shares[0][1].amount), shares[0][1].format)
    worst = sorted(shares, key=lambda share: -share[1].amount)
    return Need(total, tuple(worst))


def unstated(index: Index, quota: Quota) -> Iterator[tuple[PodSource, str, list[str]]]:
    """Containers that do not state what the quota counts: their pods are refused."""
    for pods in index.pods_in(quota.namespace):
        whole = obj(pods.raw, "resources")
        if obj(whole, "requests") or obj(whole, "limits"):
            continue
        for container in (*objects(pods.raw, "containers"), *objects(pods.raw, "initContainers")):
            stated = pod_usage(amounts(container, "resources", "requests"), amounts(container, "resources", "limits"))
            missing = sorted((_MUST_STATE & quota.hard.keys()) - stated.keys())
            if missing and not _filled(index, pods):
                yield pods, f"container {text(container, 'name')}", missing


def _filled(index: Index, pods: PodSource) -> bool:
    return index.has_any("LimitRange", pods.namespace)
