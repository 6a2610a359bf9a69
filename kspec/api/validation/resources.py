"""Resource names and quantities: requests, limits, pod-level resources.

Upstream: pkg/apis/core/validation/validation.go, validateResourceRequirements, validatePodResources,
ValidateResourceQuantityValue; names from pkg/apis/core/helper/helpers.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kspec.api.amounts import ZERO, Amounts, aggregate, amounts, pod_level
from kspec.api.cause import Cause, FieldPath, duplicate, each, forbidden, invalid, not_found, not_supported, required
from kspec.api.fields import maybe, obj, objects, text
from kspec.api.validation.meta import NOT_NEGATIVE, NOT_POSITIVE
from kspec.api.validation.names import dns_label, qualified_name
from kspec.domain.quantity import Quantity
from kspec.source.tree import Json, Object

ResourceNameRule = Callable[[FieldPath, str], list[Cause]]

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_COUNTS = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
QUOTA_RESOURCES = frozenset(
    (*_COMPUTE, *_COUNTS, "requests.storage", *(f"{p}.{r}" for p in ("requests", "limits") for r in _COMPUTE))
)
_STANDARD = QUOTA_RESOURCES | {"storage"}


def is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def is_hugepages(name: str) -> bool:
    return name.startswith("hugepages-")


def is_extended(name: str) -> bool:
    return not is_native(name) and not name.startswith("requests.") and not qualified_name(f"requests.{name}")


def may_overcommit(name: str) -> bool:
    return is_native(name) and not is_hugepages(name)


def is_quota_resource(name: str) -> bool:
    return name in QUOTA_RESOURCES or name.startswith(("hugepages-", "requests.hugepages-"))


def resource_name(at: FieldPath, name: str) -> list[Cause]:
    """A standard name or a qualified one."""
    out = each(at, name, qualified_name(name))
    if not out and "/" not in name and name not in _STANDARD and not is_quota_resource(name):
        return [invalid(at, name, "must be a standard resource type or fully qualified")]
    return out


def container_resource_name(at: FieldPath, name: str) -> list[Cause]:
    out = resource_name(at, name)
    if "/" not in name:
        if name not in _COMPUTE and not is_hugepages(name):
            out.append(invalid(at, name, "must be a standard resource for containers"))
    elif not is_native(name) and not is_extended(name):
        out.append(invalid(at, name, "doesn't follow extended resource name standard"))
    return out


def pod_resource_name(at: FieldPath, name: str) -> list[Cause]:
    out = resource_name(at, name)
    return out or ([] if pod_level(name) else [not_supported(at, name, ("cpu", "hugepages-", "memory"))])


def quota_resource_name(at: FieldPath, name: str) -> list[Cause]:
    out = resource_name(at, name)
    if "/" not in name and not is_quota_resource(name):
        out.append(invalid(at, name, "must be a standard resource for quota"))
    return out


def resource_value(at: FieldPath, name: str, quantity: Quantity) -> Iterator[Cause]:
    """Not negative, and whole where the resource is counted."""
    if quantity.amount < 0:
        yield invalid(at, str(quantity), NOT_NEGATIVE)
    if (name in _COUNTS or is_extended(name)) and quantity.milli % 1000:
        yield invalid(at, str(quantity), "must be an integer")


def positive_quantity(at: FieldPath, quantity: Quantity) -> Iterator[Cause]:
    if quantity.amount <= 0:
        yield invalid(at, str(quantity), NOT_POSITIVE)


def not_negative_quantity(at: FieldPath, quantity: Quantity) -> Iterator[Cause]:
    if quantity.amount < 0:
        yield invalid(at, str(quantity), NOT_NEGATIVE)


def check_requirements(
    at: FieldPath, requirements: Json, claims: frozenset[str], rule: ResourceNameRule = container_resource_name
) -> Iterator[Cause]:
    """`resources` of a container, or of a pod with its own rule for names."""
    limits, requests = amounts(requirements, "limits"), amounts(requirements, "requests")
    for name in sorted(limits):
        here = (at / "limits").key(name)
        yield from rule(here, name)
        yield from resource_value(here, name, limits[name])
        yield from _divisible(here, name, limits[name])
    for name in sorted(requests):
        here = (at / "requests").key(name)
        yield from rule(here, name)
        yield from resource_value(here, name, requests[name])
        yield from _request_against_limit(at, name, requests[name], limits)
        yield from _divisible(here, name, requests[name])
    names = {*limits, *requests}
    if any(map(is_hugepages, names)) and not names & {"cpu", "memory"}:
        yield forbidden(at, "HugePages require cpu or memory")
    yield from _claims(at / "claims", objects(requirements, "claims"), claims)


def _request_against_limit(at: FieldPath, name: str, request: Quantity, limits: Amounts) -> Iterator[Cause]:
    limit = limits.get(name)
    if limit is None:
        if not may_overcommit(name):
            yield required(at / "limits", "Limit must be set for non overcommitable resources")
    elif request.amount != limit.amount and not may_overcommit(name):
        yield invalid(at / "requests", str(request), f"must be equal to {name} limit of {limit}")
    elif request.amount > limit.amount:
        yield invalid(at / "requests", str(request), f"must be less than or equal to {name} limit of {limit}")


def _divisible(at: FieldPath, name: str, quantity: Quantity) -> Iterator[Cause]:
    if not is_hugepages(name):
        return
    try:
        size = Quantity.parse(name.removeprefix("hugepages-"))
    except ValueError:
        size = ZERO
    if size.value <= 0 or size.milli % 1000 or quantity.value % size.value:
        yield invalid(at, str(quantity), f"{quantity} is not positive integer multiple of {name}")


def _claims(at: FieldPath, entries: list[Object], claims: frozenset[str]) -> Iterator[Cause]:
    names: set[str] = set()
    for i, entry in enumerate(entries):
        name, request = text(entry, "name"), text(entry, "request")
        if not name:
            yield required(at.item(i))
            continue
        if request:
            yield from each(at.item(i) / "request", request, dns_label(request))
        key = f"{name}/{request}" if request else name
        if name in names:
            yield duplicate(at.item(i), name)
        elif key in names:
            yield duplicate(at.item(i), key)
        elif not request and any(n.startswith(f"{name}/") for n in names):
            yield duplicate(at.item(i), name)
        names.add(key)
        if name not in claims:
            tail = f": {', '.join(sorted(claims))}" if claims else " which is empty"
            yield not_found(at.item(i), name, f"must be one of the names in pod.spec.resourceClaims{tail}")


def check_pod_resources(at: FieldPath, spec: Object, claims: frozenset[str]) -> Iterator[Cause]:
    """`spec.resources` of a pod, on its own and against the containers."""
    resources = maybe(spec, "resources")
    if resources is None:
        return
    here = at / "resources"
    if text(obj(spec, "os"), "name") == "windows":
        yield forbidden(here, "may not be set for a windows pod")
        return
    if resources.get("claims") is not None:
        yield forbidden(here / "claims", "claims may not be set for Resources at pod-level")
    yield from check_requirements(here, resources, claims, pod_resource_name)
    yield from _consistent(here, spec, resources)


def _consistent(at: FieldPath, spec: Object, resources: Object) -> Iterator[Cause]:
    limits, requests = amounts(resources, "limits"), amounts(resources, "requests")
    for name, total in sorted(aggregate(spec, "requests").items()):
        if name in requests and total.amount > requests[name].amount:
            words = f"must be greater than or equal to aggregate container requests of {total}"
            yield invalid((at / "requests").key(name), str(requests[name]), words)
    for name, total in sorted(aggregate(spec, "limits").items()):
        if is_hugepages(name) and name in limits and total.amount > limits[name].amount:
            words = f"must be greater than or equal to aggregate container limits of {total}"
            yield invalid((at / "limits").key(name), str(limits[name]), words)
    for i, container in enumerate(objects(spec, "containers")):
        for name, limit in sorted(amounts(container, "resources", "limits").items()):
            if name in limits and limit.amount > limits[name].amount:
                here = (at / "containers").item(i).key(name) / "limits"
                yield invalid(here, str(limit), f"must be less than or equal to pod limits of {limits[name]}")
