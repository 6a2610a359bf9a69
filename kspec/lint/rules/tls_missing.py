"""An Ingress or a Gateway listener serves without TLS.

Passwords and cookies cross the network in the clear. Something in front of the cluster may end TLS; then allow this
with a reason.

Fails:

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

Passes:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      tls: [{secretName: shop-tls}]
      rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj, objects, text
from kspec.domain.network import Ingress
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5048", "tls-missing", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Entrances without a lock."""
    for resource, ingress in index.of("Ingress", Ingress):
        if not ingress.spec.tls:
            message = f"Ingress {resource.name} serves without TLS"
            yield on(RULE, resource, ("spec", "tls"), message, "add a tls section", key=True)
    for gateway in index.all("Gateway"):
        for i, listener in enumerate(objects(obj(gateway.manifest, "spec"), "listeners")):
            if text(listener, "protocol") == "HTTP":
                message = f"listener {text(listener, 'name')} of Gateway {gateway.name} serves without TLS"
                yield on(RULE, gateway, ("spec", "listeners", i, "protocol"), message, "add an HTTPS listener")
