"""Which workloads need which Services: declared by `kspec/depends-on`, or by an environment variable that names one.

`CART_ADDR: "cart:7070"` and `http://cart.shop.svc:7070/` are addresses of a Service of the design; a value counts only
where such a Service is there and has the port.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service, ServicePort
from kspec.domain.objects import Resource
from kspec.lint.declared import declared
from kspec.lint.index import Index
from kspec.lint.sources import PodSource
from kspec.source.tree import Path

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+]*://)?(?P<name>[a-z0-9-]+)(?:\.(?P<namespace>[a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?"
    r"(?::(?P<port>\d{1,5}))(?:/.*)?"
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """That a workload needs a port of a Service, and where it says so."""

    source: PodSource
    service: Resource
    port: ServicePort
    path: Path

    def targets(self, index: Index) -> list[PodSource]:
        """The pods behind the Service."""
        selector = self.service.as_(Service).spec.selector
        return index.selected(self.service.namespace, LabelSelector(match_labels=selector)) if selector else []


def dependencies(index: Index) -> Iterator[Dependency]:
    """What workloads need, as far as the design tells."""
    for pods in index.pods:
        for name in filter(None, (n.strip() for n in declared(pods, "depends-on").split(","))):
            service = index.find("Service", pods.namespace, name)
            for port in service.as_(Service).spec.ports if service is not None else ():
                if service is not None:
                    yield Dependency(pods, service, port, ("metadata", "annotations", "kspec/depends-on"))
        for path, container in pods.containers:
            for i, variable in enumerate(container.env):
                found = _addressed(index, pods.namespace, variable.value)
                if found is not None:
                    yield Dependency(pods, *found, (*pods.path, *path, "env", i, "value"))


def _addressed(index: Index, namespace: str, value: str) -> tuple[Resource, ServicePort] | None:
    match = _ADDRESS.fullmatch(value.strip())
    if match is None:
        return None
    service = index.find("Service", match["namespace"] or namespace, match["name"])
    if service is None or service.builtin is None:
        return None
    ports = service.as_(Service).spec.ports
    return next(((service, p) for p in ports if p.port == int(match["port"])), None)
