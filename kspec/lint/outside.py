"""Which Services the outside world reaches, and how: by their type, or through an Ingress or a route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kspec.api.fields import obj, objects, text
from kspec.domain.network import Ingress, IngressServiceBackend, Service
from kspec.domain.objects import Resource
from kspec.lint.lookup import Lookup
from kspec.source.tree import Object, Path

ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")


@dataclass(frozen=True, slots=True)
class Exposed:
    """How a Service is reached: `type LoadBalancer`, `Ingress web`."""

    how: str
    by: Resource


def exposed_services(design: Lookup) -> Mapping[int, Exposed]:
    """All Services that can be reached from outside, by identity."""
    found: dict[int, Exposed] = {}
    for resource, service in design.of("Service", Service):
        if service.spec.type in ("LoadBalancer", "NodePort"):
            found[id(resource)] = Exposed(f"type {service.spec.type}", resource)
    for resource, _, backend in ingress_backends(design):
        _note(found, design.find("Service", resource.namespace, backend.name), resource)
    for route in design.all(*ROUTES):
        for _, reference in route_backends(route):
            namespace = text(reference, "namespace") or route.namespace
            if text(reference, "kind") in ("", "Service"):
                _note(found, design.find("Service", namespace, text(reference, "name")), route)
    return found


def _note(found: dict[int, Exposed], service: Resource | None, by: Resource) -> None:
    if service is not None:
        found.setdefault(id(service), Exposed(f"{by.kind} {by.name}", by))


def ingress_backends(design: Lookup) -> Iterator[tuple[Resource, Path, IngressServiceBackend]]:
    """Every backend of an Ingress that names a Service, with its path in the Ingress."""
    for resource, ingress in design.of("Ingress", Ingress):
        if ingress.spec.default_backend and ingress.spec.default_backend.service:
            yield resource, ("spec", "defaultBackend"), ingress.spec.default_backend.service
        for i, rule in enumerate(ingress.spec.rules):
            for j, path in enumerate(rule.http.paths):
                if path.backend.service:
                    yield resource, ("spec", "rules", i, "http", "paths", j, "backend"), path.backend.service


def route_backends(route: Resource) -> Iterator[tuple[Path, Object]]:
    """The backend references of a Gateway API route, with their paths."""
    for i, rule in enumerate(objects(obj(route.manifest, "spec"), "rules")):
        for j, reference in enumerate(objects(rule, "backendRefs")):
            yield ("spec", "rules", i, "backendRefs", j), reference
