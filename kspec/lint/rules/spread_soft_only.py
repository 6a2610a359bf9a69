"""Replicas are spread only where it is convenient.

`ScheduleAnyway` and preferred anti-affinity are wishes: when space is short all pods may end up together. Where an
invariant or a budget relies on the spread, one constraint should be `DoNotSchedule`.

Fails:

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
              whenUnsatisfiable: ScheduleAnyway
              labelSelector: {matchLabels: {app: web}}
          containers:
            - name: web
              image: "web:1.4"
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}

Passes:

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
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3019", "spread-soft-only", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Spread that nothing guarantees."""
    for pods in index.pods:
        spec, scale = pods.spec, index.scale(pods)
        soft = [c for c in spec.topology_spread_constraints if c.when_unsatisfiable == "ScheduleAnyway"]
        hard = len(soft) < len(spec.topology_spread_constraints) or spec.affinity.pod_anti_affinity.required
        if scale is not None and scale.least > 1 and soft and not hard:
            message = f"the spread of {pods} is a wish: when space is short all pods may share a node"
            where = ("spec", "topologySpreadConstraints", 0, "whenUnsatisfiable")
            yield within(RULE, pods, where, message, "make one constraint DoNotSchedule")
