"""LimitRanges and ResourceQuotas.

Upstream: pkg/apis/core/validation/validation.go, ValidateLimitRange, ValidateResourceQuotaSpec (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.amounts import ZERO, Amounts, amounts
from kspec.api.cause import SPEC, Cause, FieldPath, duplicate, each, forbidden, invalid, required
from kspec.api.equality import spec_of
from kspec.api.fields import maybe, obj, objects, text, texts
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_meta, check_meta_update
from kspec.api.validation.names import dns_subdomain, qualified_name
from kspec.api.validation.resources import (
    container_resource_name,
    is_quota_resource,
    may_overcommit,
    quota_resource_name,
    resource_name,
    resource_value,
)
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_LISTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def check_limit_range(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, True, dns_subdomain)
    seen: set[str] = set()
    for i, limit in enumerate(objects(manifest, "spec", "limits")):
        at, kind = (SPEC / "limits").item(i), text(limit, "type")
        wrong = each(at / "type", kind, qualified_name(kind))
        if not wrong and "/" not in kind and kind not in _LIMIT_TYPES:
            wrong = [invalid(at / "type", kind, "must be a standard limit type or fully qualified")]
        yield from wrong
        if kind in seen:
            yield duplicate(at / "type", kind)
        seen.add(kind)
        yield from _limit(at, limit, kind)


def _limit(at: FieldPath, limit: Object, kind: str) -> Iterator[Cause]:
    lists = {name: amounts(limit, name) for name in _LISTS}
    rule = container_resource_name if kind in ("Pod", "Container") else resource_name
    for name in _LISTS:
        if kind == "Pod" and name in ("default", "defaultRequest"):
            if lists[name]:
                yield forbidden(at / name, "may not be specified when `type` is 'Pod'")
            lists[name] = {}
            continue
        unbounded = "storage" not in lists["min"] and "storage" not in lists["max"]
        if unbounded and name == "maxLimitRequestRatio" and kind == "PersistentVolumeClaim":
            words = "either minimum or maximum storage value is required, but neither was provided"
            yield required(at / "limits", words)
        for resource in sorted(lists[name]):
            yield from rule((at / name).key(resource), resource)
    for resource in sorted({r for amounts_ in lists.values() for r in amounts_}):
        yield from _bounds(at, resource, lists)


def _bounds(at: FieldPath, resource: str, lists: dict[str, Amounts]) -> Iterator[Cause]:
    """Each pair of bounds in upstream's order: (field, printed value, larger, smaller, words)."""
    low, high, default, request, ratio = (
        lists[n].get(resource) for n in ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")
    )
    pairs = (
        ("min", low, low, high, "min value {} is greater than max value {}"),
        ("defaultRequest", request, low, request, "min value {} is greater than default request value {}"),
        ("defaultRequest", request, request, high, "default request value {} is greater than max value {}"),
        (
            "defaultRequest",
            request,
            request,
            default,
            "default request value {} is greater than default limit value {}",
        ),
        ("default", low, low, default, "min value {} is greater than default value {}"),
        ("default", high, default, high, "default value {} is greater than max value {}"),
    )
    for field, shown, larger, smaller, words in pairs:
        if larger is not None and smaller is not None and larger.amount > smaller.amount:
            yield invalid((at / field).key(resource), str(shown), words.format(larger, smaller))
    yield from _ratio((at / "maxLimitRequestRatio").key(resource), ratio, low, high)
    if not may_overcommit(resource) and None not in (default, request) and default != request:
        words = f"default value {default} must equal to defaultRequest value {request} in {resource}"
        yield invalid((at / "defaultRequest").key(resource), str(request), words)


def _ratio(at: FieldPath, ratio: Quantity | None, low: Quantity | None, high: Quantity | None) -> Iterator[Cause]:
    if ratio is None:
        return
    if ratio.amount < 1:
        yield invalid(at, str(ratio), f"ratio {ratio} is less than 1")
    if low is not None and high is not None and low.amount != ZERO.amount:
        limit = high.amount / low.amount
        if ratio.amount > limit:
            yield invalid(at, str(ratio), f"ratio {ratio} is greater than max/min = {float(limit):f}")


_COUNTED = ("pods",)
_COMPUTE = ("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory", "pods")
_CLAIMS = ("persistentvolumeclaims", "requests.storage")
_SCOPES: dict[str, tuple[str, ...]] = {
    "Terminating": _COMPUTE,
    "NotTerminating": _COMPUTE,
    "NotBestEffort": _COMPUTE,
    "PriorityClass": _COMPUTE,
    "CrossNamespacePodAffinity": _COMPUTE,
    "BestEffort": _COUNTED,
    "VolumeAttributesClass": _CLAIMS,
}
_EXISTS_ONLY = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating,"
    " ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def check_quota(manifest: Object, old: Object | None) -> Iterator[Cause]:
    yield from check_meta(manifest, True, dns_subdomain) if old is None else check_meta_update(manifest, old)
    spec = spec_of(manifest)
    hard = amounts(spec, "hard")
    for name in sorted(hard):
        at = (SPEC / "hard").key(name)
        yield from quota_resource_name(at, name)
        yield from resource_value(at, name, hard[name])
    scopes, at = texts(spec, "scopes"), SPEC / "scopes"
    for scope in scopes:
        if scope not in _SCOPES:
            yield invalid(at, list(scopes), "unsupported scope")
        for _ in _misfits(scope, hard):
            yield invalid(at, list(scopes), "unsupported scope applied to resource")
    yield from _conflicts(at, set(scopes), scopes)
    yield from _scope_selector(SPEC / "scopeSelector.matchExpressions", spec, hard)
    if old is not None and set(scopes) != set(texts(spec_of(old), "scopes")):
        yield invalid(at, list(scopes) or None, "field is immutable")


def _misfits(scope: str, hard: Amounts) -> list[str]:
    allowed = _SCOPES.get(scope)
    return [] if allowed is None else [n for n in sorted(hard) if is_quota_resource(n) and n not in allowed]


def _conflicts(at: FieldPath, given: set[str], scopes: list[str]) -> Iterator[Cause]:
    for pair in ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"}):
        if pair <= given:
            yield invalid(at, list(scopes) or None, "conflicting scopes")


def _scope_selector(at: FieldPath, spec: Object, hard: Amounts) -> Iterator[Cause]:
    selector = maybe(spec, "scopeSelector")
    if selector is None:
        return
    requirements = objects(selector, "matchExpressions")
    for requirement in requirements:
        scope, operator = text(requirement, "scopeName"), text(requirement, "operator")
        values = texts(requirement, "values")
        if scope not in _SCOPES:
            yield invalid(at / "scopeName", scope, "unsupported scope")
        for _ in _misfits(scope, hard):
            yield invalid(at, internal("core.ScopeSelector", selector), "unsupported scope applied to resource")
        if scope in _EXISTS_ONLY and operator != "Exists":
            yield invalid(at / "operator", operator, _MUST_EXIST)
        if operator in ("In", "NotIn"):
            if not values:
                words = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                yield required(at / "values", words)
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                words = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                yield invalid(at / "values", list(values), words)
        else:
            yield invalid(at / "operator", operator, "not a valid selector operator")
    yield from _conflicts(at, {text(r, "scopeName") for r in requirements}, texts(obj(spec), "scopes"))
