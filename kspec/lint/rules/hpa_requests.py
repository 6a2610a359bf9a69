"""An autoscaler measures utilisation of a resource that a container does not request.

Utilisation is use divided by request: without a request on every container, sidecars too, the autoscaler can not
compute it and does nothing. A LimitRange that fills in requests counts.

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

from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2011", "hpa-needs-requests", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers without the request that a Utilization metric divides by."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        source = index.pods_of(index.find(target.kind, resource.namespace, target.name))
        if source is None:
            continue
        for i, metric in enumerate(hpa.spec.metrics):
            if metric.resource is None or metric.resource.target.type != "Utilization":
                continue
            name = metric.resource.name
            for container in _without(index, source, name):
                message = (
                    f"HorizontalPodAutoscaler {resource.name} measures {name} utilisation, "
                    f"and container {container} of {source} requests none"
                )
                yield on(
                    RULE,
                    resource,
                    ("spec", "metrics", i, "resource"),
                    message,
                    f"give {container} a request for {name}",
                )


def _without(index: Index, source: PodSource, name: str) -> list[str]:
    """Running containers (sidecars included) that neither request the resource nor have a limit to take it from."""
    if name in source.spec.resources.requests or _filled_in(index, source.namespace, name):
        return []
    running = (c for _, c in source.running)
    return [c.name for c in running if name not in c.resources.requests and name not in c.resources.limits]


def _filled_in(index: Index, namespace: str, name: str) -> bool:
    return any(
        text(limit, "type") == "Container"
        and (name in mapping(limit, "defaultRequest") or name in mapping(limit, "default"))
        for limits in index.all("LimitRange")
        if (limits.namespace or "default") == namespace
        for limit in objects(obj(limits.manifest, "spec"), "limits")
    )
