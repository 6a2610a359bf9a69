"""A Service sends each client to the same pod.

Clients behind one address (a proxy, an office) end up on one pod, and new replicas get no old clients. Keep sessions in
the application, or in a cookie of the Ingress.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], sessionAffinity: ClientIP}
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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS6008", "session-affinity-skew", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services with affinity to the client's address."""
    for resource, service in index.of("Service", Service):
        if service.spec.session_affinity == "ClientIP":
            message = f"Service {resource.name} sends each client to the same pod: load may be uneven"
            yield on(RULE, resource, ("spec", "sessionAffinity"), message)
