"""The pods of a namespace need more than its ResourceQuota allows, or do not say how much they need.

The controllers create as many pods as fit and then fail (`exceeded quota`). Counted at the least number of replicas;
quotas with scopes are not looked at. Claims, Services and other objects count as well. A warning where only
autoscalers at their limits ask for more.

Fails:

    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: team}
    spec: {hard: {requests.cpu: 200m, requests.memory: 1Gi, pods: "10"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}}

Passes:

    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: team}
    spec: {hard: {requests.cpu: 1, requests.memory: 1Gi, pods: "10"}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.quotas import Need, Quota, needed, quotas, unstated
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4008", "quota-replicas", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Namespaces that outgrow their quota."""
    for quota in quotas(index):
        total, peak = needed(index, quota.namespace), needed(index, quota.namespace, at_most=True)
        for name, hard in sorted(quota.hard.items()):
            if name in total and total[name].amount.amount > hard.amount:
                yield _short(quota, name, f"needs {total[name].amount}", total[name], None)
            elif name in peak and peak[name].amount.amount > hard.amount:
                asks = f"needs {peak[name].amount} at the autoscalers' limits"
                yield _short(quota, name, asks, peak[name], Severity.WARNING)
        for pods, container, names in unstated(index, quota):
            why = f"{container} states no {', '.join(names)}"
            message = f"ResourceQuota {quota.resource.name} refuses the pods of {pods}: {why}"
            yield on(RULE, pods.resource, (*pods.path, "spec", "containers"), message, "state it", key=True)


def _short(quota: Quota, name: str, asks: str, need: Need, severity: Severity | None) -> Diagnostic:
    message = f"ResourceQuota {quota.resource.name} allows {quota.hard[name]} {name}; the namespace {asks}"
    related = [(f"{who} needs {much}", who.at("metadata", "name")) for who, much in need.shares[:3]]
    where = ("spec", "hard", name)
    help = "raise the quota, or run less"
    return on(RULE, quota.resource, where, message, help, related=related, severity=severity)
