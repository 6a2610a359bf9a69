"""ResourceQuota: what a namespace may use in all.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go and
pkg/quota/v1/evaluator/core/pods.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.refusal import Refused, forbidden
from kspec.api.admission.usage import counts_towards, pod_usage, usage
from kspec.api.amounts import ZERO, Amounts, amounts, pod_level
from kspec.api.defaulting.qos import quality_of_service
from kspec.api.fields import mapping, maybe, number, obj, objects, text, texts
from kspec.api.words import words
from kspec.domain.kinds import Kind
from kspec.domain.quantity import Quantity
from kspec.source.tree import Object

_MUST_SPECIFY = frozenset(words("cpu memory requests.cpu requests.memory limits.cpu limits.memory"))


def check_quotas(attempt: Attempt) -> None:
    """The plugin. A quota counts as its status says: what is hard, and what is used already."""
    is_pod = attempt.is_kind("v1", "Pod")
    counted_on_update = attempt.is_kind("v1", "Service") or attempt.is_kind("v1", "PersistentVolumeClaim")
    if attempt.old is not None and not counted_on_update:
        return
    spec = obj(attempt.manifest, "spec")
    matching: list[tuple[Object, list[str]]] = []
    for quota in attempt.cluster.all("ResourceQuota", attempt.namespace):
        names = [n for n in sorted(mapping(quota, "status", "hard")) if counts_towards(attempt.kind, n)]
        if names and in_scopes(quota, attempt.kind, attempt.manifest):
            if is_pod:
                _must_specify(attempt, text(quota, "metadata", "name"), spec, names)
            matching.append((quota, names))
    if not matching:
        return
    wanted = usage(attempt.kind, attempt.manifest)
    if attempt.old is not None:
        before = usage(attempt.kind, attempt.old)
        wanted = {
            n: Quantity(max(q.amount - before.get(n, ZERO).amount, ZERO.amount), q.format) for n, q in wanted.items()
        }
    wanted = {name: quantity for name, quantity in wanted.items() if quantity.amount}
    for quota, _ in matching:
        _fits(attempt, quota, wanted)


def counted(quota: Object, kind: Kind, manifest: Object) -> Amounts:
    """What an object adds to what a quota counts; nothing if it is outside the quota's scopes."""
    if not in_scopes(quota, kind, manifest):
        return {}
    hard = mapping(quota, "spec", "hard")
    return {name: quantity for name, quantity in usage(kind, manifest).items() if name in hard}


def in_scopes(quota: Object, kind: Kind, manifest: Object) -> bool:
    """Whether an object is within all scopes of a quota."""
    return all(_in_scope(scope, kind, manifest) for scope in _scopes(quota))


def _fits(attempt: Attempt, quota: Object, wanted: Amounts) -> None:
    hard, used = amounts(quota, "status", "hard"), amounts(quota, "status", "used")
    over = [
        name
        for name in sorted(wanted)
        if name in hard and used.get(name, ZERO).amount + wanted[name].amount > hard[name].amount
    ]
    if over:
        name = text(quota, "metadata", "name")
        parts = f"requested: {_said(wanted, over)}, used: {_said(used, over)}, limited: {_said(hard, over)}"
        raise Refused(forbidden(attempt.kind, attempt.name, f"exceeded quota: {name}, {parts}"))


def _said(quantities: Amounts, names: Iterable[str]) -> str:
    return ",".join(f"{name}={quantities[name]}" for name in names if name in quantities)


def _must_specify(attempt: Attempt, quota: str, spec: Object, names: list[str]) -> None:
    pod = obj(spec, "resources")
    if any(pod_level(name) for field in ("requests", "limits") for name in mapping(pod, field)):
        return
    missing: dict[str, set[str]] = {}
    for container in (*objects(spec, "containers"), *objects(spec, "initContainers")):
        given = pod_usage(amounts(container, "resources", "requests"), amounts(container, "resources", "limits"))
        for name in _MUST_SPECIFY.intersection(names) - given.keys():
            missing.setdefault(name, set()).add(text(container, "name"))
    if missing:
        listed = "; ".join(f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing))
        raise Refused(forbidden(attempt.kind, attempt.name, f"failed quota: {quota}: must specify {listed}"))


def _scopes(quota: Object) -> list[Object]:
    plain: list[Object] = [{"scopeName": name, "operator": "Exists"} for name in texts(quota, "spec", "scopes")]
    return plain + objects(quota, "spec", "scopeSelector", "matchExpressions")


def _in_scope(scope: Object, kind: Kind, manifest: Object) -> bool:
    name = text(scope, "scopeName")
    spec = obj(manifest, "spec")
    if (kind.api_version, kind.kind) != ("v1", "Pod"):
        is_claim = (kind.api_version, kind.kind) == ("v1", "PersistentVolumeClaim")
        attributes = text(spec, "volumeAttributesClassName")
        return name == "VolumeAttributesClass" and is_claim and _selected(scope, attributes)
    match name:
        case "Terminating":
            return (number(spec, "activeDeadlineSeconds") or -1) >= 0
        case "NotTerminating":
            return (number(spec, "activeDeadlineSeconds") or -1) < 0
        case "BestEffort":
            return quality_of_service(spec) == "BestEffort"
        case "NotBestEffort":
            return quality_of_service(spec) != "BestEffort"
        case "PriorityClass":
            return _selected(scope, text(spec, "priorityClassName"))
        case "CrossNamespacePodAffinity":
            return _crosses_namespaces(spec)
        case _:
            return False


def _selected(scope: Object, value: str) -> bool:
    match text(scope, "operator"):
        case "In":
            return value in texts(scope, "values") and value != ""
        case "NotIn":
            return value not in texts(scope, "values")
        case "DoesNotExist":
            return not value
        case _:
            return bool(value)


def _crosses_namespaces(spec: Object) -> bool:
    for name in ("podAffinity", "podAntiAffinity"):
        affinity = obj(spec, "affinity", name)
        terms = objects(affinity, "requiredDuringSchedulingIgnoredDuringExecution")
        preferred = objects(affinity, "preferredDuringSchedulingIgnoredDuringExecution")
        for term in (*terms, *(obj(weighted, "podAffinityTerm") for weighted in preferred)):
            if texts(term, "namespaces") or maybe(term, "namespaceSelector") is not None:
                return True
    return False
