"""A workload states `replicas` although an autoscaler owns the number.

Every `kubectl apply` sets the number back, and the autoscaler has to find its way again: under load this is an outage.
Leave `replicas` out. (When it is removed from an object that runs, the number drops to 1 for a moment unless
`kubectl apply edit-last-applied` removed it first.)

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 5
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

Passes:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 5
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
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

from kspec.domain.objects import get
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2012", "hpa-and-replicas", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads with two owners of one number."""
    for pods in index.pods:
        scalers = index.autoscalers(pods.resource)
        if not scalers:
            continue
        written = get(index.as_written(pods.resource), ("spec", "replicas"))
        if isinstance(written, int):
            scaler, hpa = scalers[0]
            message = f"{pods} states {written} replicas, and HorizontalPodAutoscaler {scaler.name} owns the number"
            related = [
                (f"it keeps {hpa.spec.min_replicas} to {hpa.spec.max_replicas}", scaler.at("spec", "maxReplicas"))
            ]
            yield on(RULE, pods.resource, ("spec", "replicas"), message, "leave `replicas` out", related=related)
