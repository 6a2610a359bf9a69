"""A Service is open to the world by its type.

A node port is reachable on every node, a load balancer costs money and has an address of its own. An Ingress or a
Gateway serves many Services at one place.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: NodePort}
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

RULE = rule("KS6005", "nodeport-loadbalancer", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services that are entrances."""
    for resource, service in index.of("Service", Service):
        if service.spec.type in ("NodePort", "LoadBalancer"):
            message = f"Service {resource.name} is open to the world: type {service.spec.type}"
            yield on(RULE, resource, ("spec", "type"), message, "use an Ingress or a Gateway")
