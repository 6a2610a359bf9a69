"""An autoscaler forgets the load sooner than new pods can help.

The scale-down window is shorter than the time a pod takes to start and be measured: replicas are removed while the ones
before have hardly begun to work, and the count swings. The start-up time is what `kspec/start-up` declares, or what the
probes wait at least; metrics are a quarter of a minute late.

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 5
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
      behavior: {scaleDown: {stabilizationWindowSeconds: 10}}
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
              readinessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 30}

Passes:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 5
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
      behavior: {scaleDown: {stabilizationWindowSeconds: 120}}
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
              readinessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 30}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import number, obj
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.startup import start_up
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS3022", "hpa-flap", Severity.WARNING, __doc__)
_METRICS_DELAY = 15
_WINDOW: Path = ("spec", "behavior", "scaleDown", "stabilizationWindowSeconds")


def check(index: Index) -> Iterator[Diagnostic]:
    """Autoscalers whose window ends before a new pod counts."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        pods = index.pods_of(index.find(target.kind, resource.namespace, target.name))
        window = number(obj(resource.manifest, "spec", "behavior", "scaleDown"), "stabilizationWindowSeconds")
        if pods is None or window is None:
            continue
        needed = start_up(pods) + _METRICS_DELAY
        if start_up(pods) and window < needed:
            message = f"HorizontalPodAutoscaler {resource.name} looks back {window}s; a new pod counts after {needed}s"
            yield on(RULE, resource, _WINDOW, message, f"make the window {needed * 2} or more")
