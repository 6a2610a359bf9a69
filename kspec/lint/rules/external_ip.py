"""A Service claims external addresses.

Every node then sends traffic for these addresses to the Service, whosever they are (CVE-2020-8554).

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], externalIPs: [203.0.113.7]}
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

from kspec.api.fields import obj, texts
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5046", "external-ip", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services with `externalIPs`."""
    for service in index.all("Service"):
        addresses = texts(obj(service.manifest, "spec"), "externalIPs")
        if addresses:
            message = f"Service {service.name} takes traffic for {', '.join(addresses)}, whosever that is"
            yield on(RULE, service, ("spec", "externalIPs"), message, "use a load balancer")
