"""A PodDisruptionBudget never allows a voluntary disruption.

A drain of a node with such a pod waits for ever, and so does every upgrade of the node. Percentages round up, so
`minAvailable: 90%` of 3 is 3.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "web:1"}]}

Passes:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "web:1"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import HorizontalPodAutoscaler, PodDisruptionBudget
from kspec.domain.workloads import Deployment, ReplicaSet, StatefulSet, resolve_percent
from kspec.lint.index import Index, PodSource
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3003", "pdb-blocks-all", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets that leave no pod to spare, at the least number of replicas the design allows."""
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        if budget.spec.selector is None:
            continue
        pods = index.selected(resource.namespace, budget.spec.selector)
        counts = [_least(index, p) for p in pods]
        expected = sum(c for c in counts if c is not None)
        if not pods or None in counts or expected == 0:
            continue
        field, wanted = _wanted(budget, expected)
        if wanted >= expected:
            yield Diagnostic(
                RULE,
                f"PodDisruptionBudget {resource.name} wants {wanted} of {expected} pods: none may be evicted",
                resource.at("spec", field),
                "allow at least one: maxUnavailable: 1",
                str(resource.ref),
            )


def _wanted(budget: PodDisruptionBudget, expected: int) -> tuple[str, int]:
    """The field in force and the number of healthy pods it asks for (upstream: disruption.go, percentages round up)."""
    if budget.spec.max_unavailable is not None:
        return "maxUnavailable", expected - resolve_percent(budget.spec.max_unavailable, expected, round_up=True)
    return "minAvailable", resolve_percent(budget.spec.min_available or 0, expected, round_up=True)


def _least(index: Index, pods: PodSource) -> int | None:
    """The least number of replicas; None where it is not known."""
    match pods.resource.view:
        case Deployment(spec=spec) | StatefulSet(spec=spec) | ReplicaSet(spec=spec):
            for _, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
                target, scaled = hpa.spec.scale_target_ref, pods.resource
                if (target.kind, target.name, hpa.namespace) == (scaled.kind, scaled.name, scaled.namespace):
                    return hpa.spec.min_replicas
            return spec.replicas
    return None
