"""A Service's targetPort names no port of the pods it selects.

A named targetPort must be the name of a container port; otherwise the Service has endpoints without that port, and
requests to it hang or are refused. A number need not be declared by the container, so a missing number is reported only
where the container declares other ports.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: http}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{name: web, containerPort: 8080}]}]}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80, targetPort: http}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 8080}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.lint.index import Index, PodSource
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2003", "service-target-port", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Ports of Services that lead nowhere."""
    for resource, service in index.of("Service", Service):
        if not service.spec.selector or service.spec.type == "ExternalName":
            continue
        pods = index.selected(resource.namespace, LabelSelector(match_labels=service.spec.selector))
        for i, port in enumerate(service.spec.ports):
            target = port.target_port if port.target_port is not None else port.port
            wrong = next((p for p in pods if not _has_port(p, target, port.protocol)), None)
            if wrong is not None:
                field = "targetPort" if port.target_port is not None else "port"
                yield Diagnostic(
                    RULE,
                    f"Service {resource.name} sends to port {target}, which the pods of {wrong} do not have",
                    resource.at("spec", "ports", i, field),
                    f"they have {_ports(wrong)}",
                    str(resource.ref),
                )


def _has_port(pod: PodSource, target: int | str, protocol: str) -> bool:
    ports = [p for _, c in pod.containers for p in c.ports]
    if isinstance(target, int) and not ports:
        return True
    return any(target in (p.name, p.container_port) and p.protocol == protocol for p in ports)


def _ports(pod: PodSource) -> str:
    ports = [p for _, c in pod.containers for p in c.ports]
    return ", ".join(f"{p.name or 'unnamed'} {p.container_port}/{p.protocol}" for p in ports) or "no ports"
