"""A PodDisruptionBudget does not say whether broken pods may be evicted.

By default pods that run and are not ready count as protected while the budget is not met: a crash-looping application
blocks the drain of its nodes. `unhealthyPodEvictionPolicy: AlwaysAllow` lets them go.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.objects import get
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3005", "pdb-unhealthy-policy", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets that leave it open."""
    for resource in index.all("PodDisruptionBudget"):
        if get(index.as_written(resource), ("spec", "unhealthyPodEvictionPolicy")) is None:
            message = f"PodDisruptionBudget {resource.name} protects pods that are broken: they can block a drain"
            help = "set unhealthyPodEvictionPolicy: AlwaysAllow"
            yield on(RULE, resource, ("spec", "unhealthyPodEvictionPolicy"), message, help, key=True)
