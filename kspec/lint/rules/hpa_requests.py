"""An autoscaler measures utilisation of a resource that a container does not request.

Utilisation is use divided by request: without a request on every container, sidecars too, the autoscaler can not
compute it and does nothing.

Fails:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
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
        spec: {containers: [{name: web, image: "web:1"}]}

Passes:

    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
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
        spec: {containers: [{name: web, image: "web:1", resources: {requests: {cpu: 100m}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.lint.index import Index, PodSource
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2011", "hpa-needs-requests", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers without the request that a Utilization metric divides by."""
    for resource, hpa in index.of("HorizontalPodAutoscaler", HorizontalPodAutoscaler):
        target = hpa.spec.scale_target_ref
        found = index.find(target.kind, resource.namespace, target.name)
        source = next((p for p in index.pods if p.resource is found), None)
        if source is None:
            continue
        for i, metric in enumerate(hpa.spec.metrics):
            if metric.resource is None or metric.resource.target.type != "Utilization":
                continue
            for container in _without(source, metric.resource.name):
                yield Diagnostic(
                    RULE,
                    f"HorizontalPodAutoscaler {resource.name} measures {metric.resource.name} utilisation, "
                    f"and container {container} of {source} requests none",
                    resource.at("spec", "metrics", i, "resource"),
                    f"give {container} a request for {metric.resource.name}",
                    str(resource.ref),
                )


def _without(source: PodSource, name: str) -> list[str]:
    """Running containers (sidecars included) that neither request the resource nor have a limit to take it from."""
    if name in source.spec.resources.requests:
        return []
    running = [c for c in source.spec.init_containers if c.is_sidecar] + list(source.spec.containers)
    return [c.name for c in running if name not in c.resources.requests and name not in c.resources.limits]
