"""One pod alone stands behind a Service.

Every drain, node failure and eviction interrupts the service until a new pod is ready. A warning where the outside
world reaches the Service (a load balancer, a node port, an Ingress, a route); information for Services inside.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
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

from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3001", "single-replica", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Served workloads that may be down to one pod by design."""
    for pods in index.served():
        scale = index.scale(pods)
        if pods.kind == "Pod" or scale is None or scale.most != 1:
            continue
        outward = index.outward(pods)
        if outward is None and not index.hears(Severity.INFO):
            continue
        service = outward[0] if outward else index.serving(pods)[0][0]
        how = f" ({outward[1].how})" if outward else ""
        message = f"{pods} runs one pod, behind Service {service.name}{how}"
        help = "run at least two, or say with @allow that an interruption is acceptable"
        related = [(f"Service {service.name}", service.at("metadata", "name"))]
        severity = None if outward else Severity.INFO
        yield on(RULE, scale.at, scale.path, message, help, key=True, related=related, severity=severity)
