"""An Ingress sends to a port that its Service does not have.

The controller answers 503 for that path, though the Service exists.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}

Passes:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.outside import ingress_backends
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2007", "ingress-port-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Backends whose Service is there and whose port is not."""
    for resource, path, backend in ingress_backends(index):
        found = index.find("Service", resource.namespace, backend.name)
        if found is None:
            continue
        ports = found.as_(Service).spec.ports
        wanted = backend.port.name or backend.port.number
        if any(wanted in (p.name, p.port) for p in ports):
            continue
        have = ", ".join(f"{p.name} {p.port}".strip() for p in ports) or "none"
        message = f"Ingress {resource.name} sends to port {wanted} of Service {backend.name}, which has no such port"
        related = [(f"the ports of Service {backend.name}", found.at("spec", "ports"))]
        yield on(RULE, resource, (*path, "service", "port"), message, f"its ports: {have}", related=related)
