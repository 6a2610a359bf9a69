"""Two autoscalers work on one workload and undo each other.

Two HorizontalPodAutoscalers set `replicas` in turn. A VerticalPodAutoscaler that changes requests changes the very
number that a HorizontalPodAutoscaler divides by when it measures utilisation of the same resource.

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
    apiVersion: autoscaling.k8s.io/v1
    kind: VerticalPodAutoscaler
    metadata: {name: web}
    spec:
      targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      updatePolicy: {updateMode: Auto}
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
    apiVersion: autoscaling.k8s.io/v1
    kind: VerticalPodAutoscaler
    metadata: {name: web}
    spec:
      targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      updatePolicy: {updateMode: "Off"}
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

from kspec.api.fields import obj, objects, text, texts
from kspec.domain.objects import Resource
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2013", "hpa-vpa-conflict", Severity.WARNING, __doc__)
_PASSIVE = frozenset({"Off", "Initial"})


def check(index: Index) -> Iterator[Diagnostic]:
    """Pairs of autoscalers over one target."""
    owner: dict[tuple[str, str, str], Resource] = {}
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        where = (resource.namespace or "default", target.kind, target.name)
        first = owner.setdefault(where, resource)
        if first is not resource:
            message = (
                f"HorizontalPodAutoscalers {first.name} and {resource.name} both scale {target.kind} {target.name}"
            )
            related = [(f"the target of {first.name}", first.at("spec", "scaleTargetRef"))]
            yield on(
                RULE, resource, ("spec", "scaleTargetRef"), message, "put all metrics into one of them", related=related
            )
    for vpa in index.all("VerticalPodAutoscaler"):
        yield from _vertical(vpa, owner)


def _vertical(vpa: Resource, owner: dict[tuple[str, str, str], Resource]) -> Iterator[Diagnostic]:
    spec = obj(vpa.manifest, "spec")
    target = obj(spec, "targetRef")
    hpa = owner.get((vpa.namespace or "default", text(target, "kind"), text(target, "name")))
    if hpa is None or text(spec, "updatePolicy", "updateMode") in _PASSIVE:
        return
    controlled = {
        name
        for policy in objects(spec, "resourcePolicy", "containerPolicies")
        for name in texts(policy, "controlledResources")
    }
    for metric in hpa.as_(HorizontalPodAutoscaler).spec.metrics:
        if metric.resource is not None and (not controlled or metric.resource.name in controlled):
            message = (
                f"VerticalPodAutoscaler {vpa.name} changes requests of {metric.resource.name}, "
                f"by which HorizontalPodAutoscaler {hpa.name} scales"
            )
            help = "scale by another metric, or set updateMode to Off"
            related = [(f"the metrics of {hpa.name}", hpa.at("spec", "metrics"))]
            yield on(RULE, vpa, ("spec", "targetRef"), message, help, related=related)
            return
