"""An Ingress sends to a Service that is not there.

The controller answers 503 for that path.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]

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

from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.outside import ingress_backends
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2006", "ingress-service-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Backends whose Service the design does not have."""
    for resource, path, backend in ingress_backends(index):
        if not index.exists("Service", resource.namespace, backend.name):
            message = f"Ingress {resource.name} sends to Service {backend.name}, which is not there"
            hint = did_you_mean(backend.name, index.names("Service", resource.namespace))
            yield on(RULE, resource, (*path, "service", "name"), message, hint)
