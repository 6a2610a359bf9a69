"""An autoscaler is at its limit at the declared peak load.

The annotation `kspec/peak-replicas`, on the autoscaler or its target, says how many replicas the peak needs. At the
limit nothing is left for a lost zone, a rollout or a forecast that was too low.

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web, annotations: {kspec/peak-replicas: "5"}}
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
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web, annotations: {kspec/peak-replicas: "4"}}
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
from kspec.lint.declared import declared, declared_on
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3021", "hpa-no-headroom", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Autoscalers that the declared peak exhausts."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        pods = index.pods_of(index.find(target.kind, resource.namespace, target.name))
        said = declared_on(resource, "peak-replicas") or (declared(pods, "peak-replicas") if pods else "")
        if said.isdigit() and int(said) >= hpa.spec.max_replicas:
            message = (
                f"HorizontalPodAutoscaler {resource.name} stops at {hpa.spec.max_replicas} replicas, "
                f"and the peak needs {said}"
            )
            yield on(RULE, resource, ("spec", "maxReplicas"), message, f"raise maxReplicas above {said}")
