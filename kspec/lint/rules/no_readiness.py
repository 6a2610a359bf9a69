"""Pods behind a Service have no readiness probe.

They get traffic from the moment their processes exist, and a rollout goes on while the new version can not answer yet.
Information only where all their Services are headless (they are discovered, not balanced).

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import objects
from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS3006", "no-readiness", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Served pods of which nobody asks whether they can serve."""
    for pods in index.served():
        gated = objects(pods.raw, "readinessGates")
        if gated or any(c.readiness_probe is not None for _, c in pods.running):
            continue
        services = index.serving(pods)
        service = services[0][0].name
        message = f"{pods} gets traffic from Service {service} and has no readiness probe"
        severity = Severity.INFO if all(s.spec.headless for _, s in services) else None
        help = "add a readinessProbe that fails until it can answer"
        yield lacks(RULE, pods, _serving(index, pods), "readinessProbe", message, help, severity=severity)


def _serving(index: Index, pods: PodSource) -> Path:
    """The container that has the port of the first Service, or else the first one."""
    ports = index.serving(pods)[0][1].spec.ports
    targets = {p.target_port if p.target_port is not None else p.port for p in ports}
    for path, container in pods.running:
        if any(p.name in targets or p.container_port in targets for p in container.ports):
            return path
    return ("spec", "containers", 0)
