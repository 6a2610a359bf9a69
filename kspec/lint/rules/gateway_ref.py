"""A route refers to a Gateway, a listener, a Service or a port that is not there.

The route is not accepted (`Accepted: False`) or answers 500. A backend in another namespace needs a ReferenceGrant
there. Gateways are looked for only where the design declares any.

Fails:

    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: edge}
    spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: web}
    spec:
      parentRefs: [{name: egde}]
      rules: [{backendRefs: [{name: web, port: 80}]}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}

Passes:

    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: edge}
    spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: web}
    spec:
      parentRefs: [{name: edge}]
      rules: [{backendRefs: [{name: web, port: 80}]}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ExternalName, externalName: web.example.com, ports: [{port: 80}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import integer, maybe, obj, objects, text
from kspec.domain.network import Service
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.outside import ROUTES, route_backends
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object, Path

RULE = rule("KS2009", "gateway-ref", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """References of routes that lead nowhere."""
    for route in index.all(*ROUTES):
        if index.has_any("Gateway"):
            yield from _parents(index, route)
        for path, reference in route_backends(route):
            if text(reference, "kind") in ("", "Service"):
                yield from _backend(index, route, path, reference)


def _parents(index: Index, route: Resource) -> Iterator[Diagnostic]:
    for i, parent in enumerate(objects(obj(route.manifest, "spec"), "parentRefs")):
        if text(parent, "kind") not in ("", "Gateway"):
            continue
        name, namespace = text(parent, "name"), text(parent, "namespace") or route.namespace
        where: Path = ("spec", "parentRefs", i)
        gateway = index.find("Gateway", namespace, name)
        section = text(parent, "sectionName")
        if gateway is None and not index.exists("Gateway", namespace, name):
            message = f"{route.kind} {route.name} attaches to Gateway {name}, which is not there"
            yield on(RULE, route, (*where, "name"), message, did_you_mean(name, index.names("Gateway", namespace)))
        elif gateway is not None and section:
            listeners = [text(x, "name") for x in objects(obj(gateway.manifest, "spec"), "listeners")]
            if section not in listeners:
                message = (
                    f"{route.kind} {route.name} attaches to listener {section}, which Gateway {name} does not have"
                )
                yield on(RULE, route, (*where, "sectionName"), message, did_you_mean(section, listeners))


def _backend(index: Index, route: Resource, path: Path, reference: Object) -> Iterator[Diagnostic]:
    name, namespace = text(reference, "name"), text(reference, "namespace") or route.namespace
    found = index.find("Service", namespace, name)
    if found is None:
        if not index.exists("Service", namespace, name):
            message = f"{route.kind} {route.name} sends to Service {name}, which is not there"
            yield on(RULE, route, (*path, "name"), message, did_you_mean(name, index.names("Service", namespace)))
        return
    ports = [p.port for p in found.as_(Service).spec.ports]
    port = integer(reference, "port")
    if port not in ports:
        message = f"{route.kind} {route.name} sends to port {port} of Service {name}, which has no such port"
        yield on(RULE, route, (*path, "port"), message, f"its ports: {', '.join(map(str, ports)) or 'none'}")
    if (namespace or "default") != (route.namespace or "default") and not _granted(index, route, namespace):
        message = f"{route.kind} {route.name} sends to namespace {namespace}, and no ReferenceGrant there allows it"
        yield on(RULE, route, (*path, "namespace"), message, f"add a ReferenceGrant to namespace {namespace}")


def _granted(index: Index, route: Resource, namespace: str) -> bool:
    return any(
        text(source, "kind") == route.kind and text(source, "namespace") == (route.namespace or "default")
        for grant in index.all("ReferenceGrant")
        if (grant.namespace or "default") == namespace and maybe(grant.manifest, "spec") is not None
        for source in objects(obj(grant.manifest, "spec"), "from")
    )
