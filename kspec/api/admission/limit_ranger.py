"""LimitRanger: defaults for containers from a namespace's LimitRanges, and their bounds.

Upstream: plugin/pkg/admission/limitranger/admission.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.refusal import Refused, aggregate, forbidden
from kspec.api.amounts import Amounts, amounts, pod_limits, pod_requests
from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_ANNOTATION = "kubernetes.io/limit-ranger"


def set_limits(attempt: Attempt) -> None:
    """The mutating part: containers without requests or limits get those of the LimitRange."""
    if not attempt.is_new_pod:
        return
    for limit_range in attempt.cluster.all("LimitRange", attempt.namespace):
        requests, limits = _defaults(limit_range)
        said: list[str] = []
        for field, kind in (("containers", "container"), ("initContainers", "init container")):
            for container in objects(attempt.manifest, "spec", field):
                said += _merge(container, requests, limits, kind)
        if said:
            annotations = attempt.part("metadata").setdefault("annotations", {})
            assert isinstance(annotations, dict)
            annotations[_ANNOTATION] = f"LimitRanger plugin set: {'; '.join(said)}"


def _defaults(limit_range: Object) -> tuple[dict[str, str], dict[str, str]]:
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for limit in objects(limit_range, "spec", "limits"):
        if text(limit, "type") == "Container":
            requests |= mapping(limit, "defaultRequest")
            limits |= mapping(limit, "default")
    return requests, limits


def _merge(container: Object, requests: dict[str, str], limits: dict[str, str], kind: str) -> Iterator[str]:
    resources = container.setdefault("resources", {})
    assert isinstance(resources, dict)
    for field, defaults in (("requests", requests), ("limits", limits)):
        present = mapping(resources, field)
        missing = sorted(set(defaults) - set(present))
        if missing:
            resources[field] = {**present, **{name: defaults[name] for name in missing}}
            yield f"{', '.join(missing)} {field[:-1]} for {kind} {text(container, 'name')}"


def check_limits(attempt: Attempt) -> None:
    """The validating part."""
    is_claim = attempt.is_kind("v1", "PersistentVolumeClaim")
    if not (attempt.is_new_pod or is_claim):
        return
    spec = obj(attempt.manifest, "spec")
    for limit_range in attempt.cluster.all("LimitRange", attempt.namespace):
        found = list(_claim(spec, limit_range) if is_claim else _pod(spec, limit_range))
        if found:
            raise Refused(forbidden(attempt.kind, attempt.name, aggregate(found)))


def _pod(spec: Object, limit_range: Object) -> Iterator[str]:
    for limit in objects(limit_range, "spec", "limits"):
        kind = text(limit, "type")
        if kind == "Container":
            for container in (*objects(spec, "containers"), *objects(spec, "initContainers")):
                requests, limits = (amounts(container, "resources", n) for n in ("requests", "limits"))
                yield from _bounds(kind, limit, requests, limits)
        elif kind == "Pod":
            yield from _bounds(kind, limit, pod_requests(spec), pod_limits(spec))


def _bounds(kind: str, limit: Object, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, least in sorted(amounts(limit, "min").items()):
        yield from _least(f"minimum {name} usage per {kind} is {least}", least, requests.get(name), limits.get(name))
    for name, most in sorted(amounts(limit, "max").items()):
        yield from _most(f"maximum {name} usage per {kind} is {most}", most, requests.get(name), limits.get(name))
    for name, ratio in sorted(amounts(limit, "maxLimitRequestRatio").items()):
        words = f"{name} max limit to request ratio per {kind} is {ratio}"
        yield from _ratio(words, ratio, requests.get(name), limits.get(name))


def _least(words: str, least: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None:
        yield f"{words}.  No request is specified"
    elif request.amount < least.amount:
        yield f"{words}, but request is {request}"
    elif limit is not None and limit.amount < least.amount:
        yield f"{words}, but limit is {limit}"


def _most(words: str, most: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if limit is None:
        yield f"{words}.  No limit is specified"
    elif limit.amount > most.amount:
        yield f"{words}, but limit is {limit}"
    elif request is not None and request.amount > most.amount:
        yield f"{words}, but request is {request}"


def _ratio(words: str, most: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None or not request.amount:
        yield f"{words}, but no request is specified or request is 0"
    elif limit is None or not limit.amount:
        yield f"{words}, but no limit is specified or limit is 0"
    elif limit.amount / request.amount > most.amount:
        yield f"{words}, but provided ratio is {float(limit.amount / request.amount):f}"


def _claim(spec: Object, limit_range: Object) -> Iterator[str]:
    requests = amounts(spec, "resources", "requests")
    for limit in objects(limit_range, "spec", "limits"):
        kind = text(limit, "type")
        if kind != "PersistentVolumeClaim":
            continue
        for name, least in sorted(amounts(limit, "min").items()):
            yield from _least(f"minimum {name} usage per {kind} is {least}", least, requests.get(name), None)
        for name, most in sorted(amounts(limit, "max").items()):
            words, request = f"maximum {name} usage per {kind} is {most}", requests.get(name)
            if request is None:
                yield f"{words}.  No request is specified"
            elif request.amount > most.amount:
                yield f"{words}, but request is {request}"
