"""Defaults of autoscalers, RBAC, admission policies and webhooks, classes, limits, namespaces, configuration.

Upstream: pkg/apis/{autoscaling,rbac,admissionregistration,scheduling,core}/*/defaults.go (v1.36).
"""

from __future__ import annotations

from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty, round_resources
from kspec.api.fields import mapping, text
from kspec.source.tree import Json, Object

_RBAC = "rbac.authorization.k8s.io"
_METRICS_V1 = "autoscaling.alpha.kubernetes.io/metrics"
_UP: tuple[Json, ...] = (
    {"type": "Pods", "value": 4, "periodSeconds": 15},
    {"type": "Percent", "value": 100, "periodSeconds": 15},
)
_DOWN: tuple[Json, ...] = ({"type": "Percent", "value": 100, "periodSeconds": 15},)


def default_autoscaler(manifest: Object) -> None:
    """autoscaling/v2."""
    spec = child(manifest, "spec")
    target: Object = {"type": "Utilization", "averageUtilization": 80}
    fill(spec, minReplicas=1)
    fill_empty(spec, metrics=[{"type": "Resource", "resource": {"name": "cpu", "target": target}}])
    behavior = existing(spec, "behavior")
    if behavior is not None:
        up, down = child(behavior, "scaleUp"), child(behavior, "scaleDown")
        fill(
            up, stabilizationWindowSeconds=0, selectPolicy="Max", policies=[dict(p) for p in _UP if isinstance(p, dict)]
        )
        fill(down, selectPolicy="Max", policies=[dict(p) for p in _DOWN if isinstance(p, dict)])


def default_autoscaler_v1(manifest: Object) -> None:
    """autoscaling/v1: without any target it is 80 % of the CPU. Upstream does it where it converts to v2."""
    spec = child(manifest, "spec")
    fill(spec, minReplicas=1)
    if _METRICS_V1 not in mapping(manifest, "metadata", "annotations"):
        fill(spec, targetCPUUtilizationPercentage=80)


def default_binding(manifest: Object) -> None:
    """RoleBindings and ClusterRoleBindings."""
    fill_empty(child(manifest, "roleRef"), apiGroup=_RBAC)
    for subject in children(manifest, "subjects"):
        if text(subject, "kind") in ("User", "Group"):
            fill_empty(subject, apiGroup=_RBAC)


def default_admission_policy(manifest: Object) -> None:
    """ValidatingAdmissionPolicies and MutatingAdmissionPolicies."""
    spec = child(manifest, "spec")
    fill(spec, failurePolicy="Fail")
    _match_resources(existing(spec, "matchConstraints"))


def default_admission_binding(manifest: Object) -> None:
    _match_resources(existing(child(manifest, "spec"), "matchResources"))


def _match_resources(matched: Object | None) -> None:
    if matched is None:
        return
    fill(matched, matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
    for field in ("resourceRules", "excludeResourceRules"):
        for rule in children(matched, field):
            fill(rule, scope="*")


def default_webhooks(manifest: Object) -> None:
    for webhook in children(manifest, "webhooks"):
        fill(
            webhook,
            failurePolicy="Fail",
            matchPolicy="Equivalent",
            namespaceSelector={},
            objectSelector={},
            timeoutSeconds=10,
        )
        if text(manifest, "kind") == "MutatingWebhookConfiguration":
            fill(webhook, reinvocationPolicy="Never")
        for rule in children(webhook, "rules"):
            fill(rule, scope="*")
        service = existing(existing(webhook, "clientConfig"), "service")
        if service is not None:
            fill(service, port=443)


def default_priority_class(manifest: Object) -> None:
    fill(manifest, preemptionPolicy="PreemptLowerPriority")


def default_limit_range(manifest: Object) -> None:
    for limit in children(child(manifest, "spec"), "limits"):
        if text(limit, "type") == "Container":
            default, request = child(limit, "default"), child(limit, "defaultRequest")
            for name, value in (existing(limit, "max") or {}).items():
                default.setdefault(name, value)
            for source in (default, existing(limit, "min") or {}):
                for name, value in source.items():
                    request.setdefault(name, value)
        round_resources(limit, "max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def default_quota(manifest: Object) -> None:
    round_resources(child(manifest, "spec"), "hard")


def default_namespace(manifest: Object) -> None:
    name = text(manifest, "metadata", "name")
    if name:
        child(child(manifest, "metadata"), "labels")["kubernetes.io/metadata.name"] = name
    fill_empty(child(manifest, "status"), phase="Active")


def default_secret(manifest: Object) -> None:
    fill_empty(manifest, type="Opaque")


def default_node(manifest: Object) -> None:
    _one_cidr(child(manifest, "spec"))
    status = child(manifest, "status")
    round_resources(status, "capacity", "allocatable")
    if status.get("capacity") is not None:
        fill(status, allocatable=dict(existing(status, "capacity") or {}))


def _one_cidr(spec: Object) -> None:
    """`podCIDR` is the first of `podCIDRs`, and counts where they differ (pkg/apis/core/v1/conversion.go)."""
    one, many = spec.get("podCIDR"), spec.get("podCIDRs")
    first = many[0] if isinstance(many, list) and many else None
    if one and one != first:
        spec["podCIDRs"] = [one]
    elif first is not None:
        spec["podCIDR"] = first


def default_flow_schema(manifest: Object) -> None:
    """Upstream: pkg/apis/flowcontrol/v1/defaults.go."""
    fill_empty(child(manifest, "spec"), matchingPrecedence=1000)


def default_priority_level(manifest: Object) -> None:
    spec = child(manifest, "spec")
    limited, exempt = existing(spec, "limited"), existing(spec, "exempt")
    if text(spec, "type") == "Exempt":
        fill(child(spec, "exempt"), nominalConcurrencyShares=0, lendablePercent=0)
    elif exempt is not None:
        fill(exempt, nominalConcurrencyShares=0, lendablePercent=0)
    if limited is not None:
        fill(limited, nominalConcurrencyShares=30, lendablePercent=0)
        queuing = existing(existing(limited, "limitResponse"), "queuing")
        if queuing is not None:
            fill_empty(queuing, handSize=8, queues=64, queueLengthLimit=50)


def default_api_service(manifest: Object) -> None:
    service = existing(child(manifest, "spec"), "service")
    if service is not None:
        fill(service, port=443)
