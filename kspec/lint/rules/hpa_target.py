"""An autoscaler's target is not there, or can not be scaled.

The autoscaler reports FailedGetScale and never acts.

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: website}
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
          containers:
            - name: web
              image: "web:1.4"

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

from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2010", "hpa-target", Severity.ERROR, __doc__)
_UNSCALABLE = frozenset({"DaemonSet", "Job", "CronJob", "Pod"})
_SCALABLE = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})


def check(index: Index) -> Iterator[Diagnostic]:
    """Targets of built-in kinds that the design does not have; custom kinds may live elsewhere."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        if target.kind in _UNSCALABLE:
            message = f"HorizontalPodAutoscaler {resource.name} scales a {target.kind}, which has no scale"
            yield on(RULE, resource, ("spec", "scaleTargetRef", "kind"), message)
        elif target.kind in _SCALABLE and not index.exists(target.kind, resource.namespace, target.name):
            message = f"HorizontalPodAutoscaler {resource.name} scales {target.kind} {target.name}, which is not there"
            hint = did_you_mean(target.name, index.names(target.kind, resource.namespace))
            yield on(RULE, resource, ("spec", "scaleTargetRef", "name"), message, hint)
