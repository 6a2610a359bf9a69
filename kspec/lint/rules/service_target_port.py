"""A Service sends to a port that the pods behind it do not have.

Connections are refused although the pods run. Numeric ports that no container declares are reported only where the
containers declare other ports: declaring ports is a matter of documentation to Kubernetes, names are not.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: htpp}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              ports: [{name: http, containerPort: 8080}]

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              ports: [{name: http, containerPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: http}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service, ServicePort
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2003", "service-target-port", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Ports of Services that lead nowhere."""
    for resource, service in index.of("Service", Service):
        if not service.spec.selector or service.spec.type == "ExternalName":
            continue
        pods = index.selected(resource.namespace, LabelSelector(match_labels=service.spec.selector))
        for i, port in enumerate(service.spec.ports):
            wrong = next((p for p in pods if p.lasting and not _reaches(p, port)), None)
            if wrong is None:
                continue
            field = "targetPort" if port.target_port is not None else "port"
            target = _target(port)
            message = f"Service {resource.name} sends to port {target}, which the pods of {wrong} do not have"
            severity = Severity.WARNING if isinstance(target, int) and service.spec.headless else None
            yield on(
                RULE, resource, ("spec", "ports", i, field), message, f"they have {_ports(wrong)}", severity=severity
            )


def _target(port: ServicePort) -> int | str:
    return port.target_port if port.target_port is not None else port.port


def _reaches(pods: PodSource, port: ServicePort) -> bool:
    ports = [p for _, c in pods.containers for p in c.ports]
    target = _target(port)
    if isinstance(target, int) and not ports:
        return True
    return any(target in (p.name, p.container_port) and p.protocol == port.protocol for p in ports)


def _ports(pods: PodSource) -> str:
    ports = [p for _, c in pods.containers for p in c.ports]
    return ", ".join(f"{p.name or 'unnamed'} {p.container_port}/{p.protocol}" for p in ports) or "no ports"
