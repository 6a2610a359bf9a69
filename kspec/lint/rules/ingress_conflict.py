"""Two Ingresses claim the same host and path, or a host is left out of the TLS section.

Which of two equal paths wins depends on the controller, and may change when either is edited. A host that the TLS
section of its own Ingress does not cover is served with the controller's default certificate. Canary Ingresses of
ingress-nginx are meant to share a path.

Fails:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: shop}
    spec:
      tls: [{hosts: [shop.example.com], secretName: shop-tls}]
      rules:
        - host: shop.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: old-shop}
    spec:
      tls: [{hosts: [shop.example.com], secretName: shop-tls}]
      rules:
        - host: shop.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}

Passes:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: shop}
    spec:
      tls: [{hosts: [shop.example.com], secretName: shop-tls}]
      rules:
        - host: shop.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: old-shop}
    spec:
      tls: [{hosts: ["*.example.com"], secretName: shop-tls}]
      rules:
        - host: old.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Ingress
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2008", "ingress-conflict", Severity.WARNING, __doc__)
_CANARY = "nginx.ingress.kubernetes.io/canary"


def check(index: Index) -> Iterator[Diagnostic]:
    """Claims that meet, and hosts without their certificate."""
    taken: dict[tuple[str, str, str, str], tuple[Resource, Path]] = {}
    for resource, ingress in index.of("Ingress", Ingress):
        yield from _uncovered(resource, ingress)
        if ingress.metadata.annotations.get(_CANARY) == "true":
            continue
        for i, rule_ in enumerate(ingress.spec.rules):
            for j, path in enumerate(rule_.http.paths):
                where: Path = ("spec", "rules", i, "http", "paths", j, "path")
                claim = (ingress.spec.ingress_class_name or "", rule_.host, path.path, path.path_type)
                first, place = taken.setdefault(claim, (resource, where))
                if (first, place) == (resource, where):
                    continue
                other = "itself" if first is resource else f"Ingress {first.name}"
                message = f"Ingress {resource.name} claims {rule_.host or 'every host'}{path.path} as {other} does"
                yield on(RULE, resource, where, message, related=[("the other claim", first.at(*place))])


def _uncovered(resource: Resource, ingress: Ingress) -> Iterator[Diagnostic]:
    covered = [host for tls in ingress.spec.tls for host in tls.hosts]
    if not covered:
        return
    for i, rule_ in enumerate(ingress.spec.rules):
        if rule_.host and not any(_covers(host, rule_.host) for host in covered):
            message = f"Ingress {resource.name} serves {rule_.host}, which its TLS section does not cover"
            yield on(RULE, resource, ("spec", "rules", i, "host"), message, f"it covers {', '.join(covered)}")


def _covers(pattern: str, host: str) -> bool:
    """A wildcard stands for exactly one label."""
    if pattern.startswith("*."):
        return host == pattern or host.partition(".")[2] == pattern[2:]
    return pattern == host
