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

from kspec.domain.network import Ingress, IngressServiceBackend
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2006", "ingress-service-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Backends whose Service the design does not have."""
    for resource, path, backend in backends(index):
        if index.find("Service", resource.namespace, backend.name) is None:
            yield Diagnostic(
                RULE,
                f"Ingress {resource.name} sends to Service {backend.name}, which is not there",
                resource.at(*path, "service", "name"),
                did_you_mean(backend.name, index.names("Service", resource.namespace)),
                str(resource.ref),
            )


def backends(index: Index) -> Iterator[tuple[Resource, Path, IngressServiceBackend]]:
    """Every backend that names a Service, with its path in the Ingress."""
    for resource, ingress in index.of("Ingress", Ingress):
        if ingress.spec.default_backend and ingress.spec.default_backend.service:
            yield resource, ("spec", "defaultBackend"), ingress.spec.default_backend.service
        for i, rule_ in enumerate(ingress.spec.rules):
            for j, path in enumerate(rule_.http.paths):
                if path.backend.service:
                    yield resource, ("spec", "rules", i, "http", "paths", j, "backend"), path.backend.service
