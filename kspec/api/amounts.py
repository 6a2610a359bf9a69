"""Sums of resource lists, as upstream adds them up for a pod.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.quantity import Quantity
from kspec.source.tree import Json, Object

Amounts = dict[str, Quantity]
ZERO = Quantity.parse("0")


def amounts(resources: Json, *names: str) -> Amounts:
    """The quantities of a resource list, at a path of fields. Text that is no quantity is left out."""
    out: Amounts = {}
    for name, value in mapping(resources, *names).items():
        try:
            out[name] = Quantity.parse(value)
        except ValueError:
            continue
    return out


def add(into: Amounts, more: Amounts) -> None:
    """Add amounts in place; the sum keeps the format of what was there first."""
    for name, quantity in more.items():
        before = into.get(name)
        if before is None or before.amount == 0:
            into[name] = quantity
        else:
            into[name] = Quantity(before.amount + quantity.amount, before.format)


def raise_to(into: Amounts, others: Amounts) -> None:
    """Take the larger of both, in place."""
    for name, quantity in others.items():
        if name not in into or quantity.amount > into[name].amount:
            into[name] = quantity


def aggregate(spec: Object, which: str) -> Amounts:
    """What the containers of a pod need together: `which` is `requests` or `limits`.

    Containers and sidecars add up; an init container needs its own on top of the sidecars started before it.
    """
    return aggregate_by(spec, lambda container: amounts(container, "resources", which))


def aggregate_by(spec: Object, of: Callable[[Object], Amounts]) -> Amounts:
    """Like `aggregate`, for any amounts of a container."""
    total: Amounts = {}
    for container in objects(spec, "containers"):
        add(total, of(container))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in objects(spec, "initContainers"):
        if is_sidecar(container):
            add(total, of(container))
            add(sidecars, of(container))
            raise_to(peak, sidecars)
        else:
            alone = dict(of(container))
            add(alone, sidecars)
            raise_to(peak, alone)
    raise_to(total, peak)
    return total


def is_sidecar(init_container: Object) -> bool:
    """An init container that keeps running."""
    return text(init_container, "restartPolicy") == "Always"


def pod_level(name: str) -> bool:
    """Whether a resource may be given for the pod as a whole."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def pod_requests(spec: Object) -> Amounts:
    """What a pod requests: containers, pod-level requests in their place, overhead on top."""
    total = aggregate(spec, "requests")
    total.update({k: v for k, v in amounts(spec, "resources", "requests").items() if pod_level(k)})
    add(total, amounts(spec, "overhead"))
    return total


def pod_limits(spec: Object) -> Amounts:
    """The limits of a pod; overhead adds to what is limited at all."""
    total = aggregate(spec, "limits")
    total.update({k: v for k, v in amounts(spec, "resources", "limits").items() if pod_level(k)})
    add(total, {k: v for k, v in amounts(spec, "overhead").items() if total.get(k, ZERO).amount})
    return total


def written(quantities: Amounts, names: Iterable[str] | None = None) -> Object:
    """A resource list as it stands in a manifest."""
    return {name: str(quantities[name]) for name in (sorted(quantities) if names is None else names)}


def resources_of(container: Object, which: str) -> Amounts:
    """The requests or limits of one container."""
    return amounts(obj(container, "resources"), which)
