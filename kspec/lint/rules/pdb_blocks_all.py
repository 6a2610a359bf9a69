"""A PodDisruptionBudget never allows a voluntary disruption.

A drain of a node with such a pod waits for ever, and so does every upgrade of the node. Percentages round up, so
`minAvailable: 90%` of 3 is 3. With an autoscaler, its least number counts.

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
        spec:
          containers:
            - name: web
              image: "web:1.4"

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

RULE = rule("KS3003", "pdb-blocks-all", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets that leave no pod to spare, at the least number of replicas the design allows."""
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        expected = least(index, resource, budget)
        if not expected:
            continue
        field, wanted = healthy(budget, expected)
        if wanted >= expected:
            message = f"PodDisruptionBudget {resource.name} wants {wanted} of {expected} pods: none may be evicted"
            yield on(RULE, resource, ("spec", field), message, "allow at least one: maxUnavailable: 1")
