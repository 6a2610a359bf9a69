"""An autoscaler may go down to one pod of a served workload, or can not move at all.

With one pod every drain is an outage; with equal bounds the autoscaler does nothing but own the number.

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 1
      maxReplicas: 5
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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
              readinessProbe: {tcpSocket: {port: 8080}}

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
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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
              readinessProbe: {tcpSocket: {port: 8080}}
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
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3020", "hpa-min-one", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Autoscalers with a floor too low, or no room."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        pods = index.pods_of(index.find(target.kind, resource.namespace, target.name))
        least, most = hpa.spec.min_replicas, hpa.spec.max_replicas
        if least == most:
            message = f"HorizontalPodAutoscaler {resource.name} keeps {least} to {most} replicas: it can not scale"
            yield on(RULE, resource, ("spec", "maxReplicas"), message, "raise maxReplicas, or remove the autoscaler")
        elif least < 2 and pods is not None and index.serving(pods):
            service = index.serving(pods)[0][0].name
            message = f"HorizontalPodAutoscaler {resource.name} may leave one pod behind Service {service}"
            yield on(RULE, resource, ("spec", "minReplicas"), message, "set minReplicas to 2 or more", key=True)
