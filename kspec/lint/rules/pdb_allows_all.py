"""A PodDisruptionBudget allows all pods to be evicted at once.

It then protects nothing: a drain may take the last pod down.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 0, selector: {matchLabels: {app: web}}}
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

Passes:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
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
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import PodDisruptionBudget
from kspec.lint.budgets import healthy, least
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3004", "pdb-allows-all", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets over two pods or more that let all of them go."""
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        expected = least(index, resource, budget)
        if expected is None or expected < 2:
            continue
        field, wanted = healthy(budget, expected)
        if wanted <= 0:
            message = f"PodDisruptionBudget {resource.name} lets all {expected} pods be evicted at once"
            yield on(RULE, resource, ("spec", field), message, "keep at least one: maxUnavailable: 1")
