"""A rollout may take more pods away than the PodDisruptionBudget says there must be.

Budgets hold for evictions, not for rollouts: the Deployment's own maxUnavailable decides, after rounding.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxUnavailable: 2}}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxUnavailable: 1}}
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
    spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.workloads import Deployment
from kspec.lint.budgets import healthy
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3016", "rollout-unavailable", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Deployments whose rollouts go below a stated floor."""
    for pods in index.pods:
        view, scale = pods.resource.view, index.scale(pods)
        if not isinstance(view, Deployment) or scale is None or view.spec.strategy.type != "RollingUpdate":
            continue
        _, unavailable = view.spec.strategy.rolling_update.resolve(scale.least)
        for resource, budget in index.budgets(pods):
            field, floor = healthy(budget, scale.least)
            if field == "minAvailable" and scale.least - unavailable < floor < scale.least:
                message = (
                    f"a rollout of {pods} may leave {scale.least - unavailable} of {scale.least} pods; "
                    f"PodDisruptionBudget {resource.name} asks for {floor}"
                )
                related = [("the floor", resource.at("spec", field))]
                where = ("spec", "strategy", "rollingUpdate", "maxUnavailable")
                yield on(
                    RULE, pods.resource, where, message, f"set maxUnavailable to {scale.least - floor}", related=related
                )
