"""An Ingress hands raw configuration to ingress-nginx.

Snippets run with the controller's rights, which may read all Secrets (CVE-2021-25742). Newer controllers refuse them
unless they are allowed explicitly.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/configuration-snippet: "deny all;"}}
    spec:
      rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
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

from kspec.api.fields import mapping
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5045", "ingress-nginx-snippet", Severity.WARNING, __doc__)
_PREFIX = "nginx.ingress.kubernetes.io/"


def check(index: Index) -> Iterator[Diagnostic]:
    """Annotations that are pasted into a configuration."""
    for ingress in index.all("Ingress"):
        for name in mapping(ingress.manifest, "metadata", "annotations"):
            if name.startswith(_PREFIX) and name.endswith("-snippet"):
                message = f"Ingress {ingress.name} hands raw configuration to the controller"
                yield on(
                    RULE,
                    ingress,
                    ("metadata", "annotations", name),
                    message,
                    "use the annotation made for it",
                    key=True,
                )
