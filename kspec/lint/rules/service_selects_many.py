"""A Service or a PodDisruptionBudget catches the pods of two different workloads.

Connections are spread over both, and a budget counts both together. Where the workloads run the same containers (a
canary next to a stable version) this is meant, and nothing is said.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {team: shop}, ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web, team: shop}}
      template:
        metadata: {labels: {app: web, team: shop}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      selector: {matchLabels: {app: worker, team: shop}}
      template:
        metadata: {labels: {app: worker, team: shop}}
        spec:
          containers:
            - name: worker
              image: "worker:1.4"

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
      selector: {matchLabels: {app: web, team: shop}}
      template:
        metadata: {labels: {app: web, team: shop}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      selector: {matchLabels: {app: worker, team: shop}}
      template:
        metadata: {labels: {app: worker, team: shop}}
        spec:
          containers:
            - name: worker
              image: "worker:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.objects import Resource
from kspec.domain.policy import PodDisruptionBudget
from kspec.lint.index import Index
from kspec.lint.nearest import listed, spelled
from kspec.lint.rule import on, rule
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2004", "service-selects-many", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Selectors that mix workloads."""
    for resource, selector in _selectors(index):
        lasting = [p for p in index.selected(resource.namespace, selector) if p.lasting]
        caught = [*{(p.kind, p.resource.name): p for p in lasting}.values()]
        if len({_content(p) for p in caught}) < 2:
            continue
        message = f"{resource.kind} {resource.name} selects {spelled(selector)}: the pods of {listed(caught)}"
        related = [(f"the pods of {p}", p.at("metadata", "labels")) for p in caught[:3]]
        yield on(
            RULE, resource, ("spec", "selector"), message, "select a label that only one of them has", related=related
        )


def _selectors(index: Index) -> Iterator[tuple[Resource, LabelSelector]]:
    for resource, service in index.of("Service", Service):
        if service.spec.selector:
            yield resource, LabelSelector(match_labels=service.spec.selector)
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        if budget.spec.selector is not None and not budget.spec.selector.empty:
            yield resource, budget.spec.selector


def _content(pods: PodSource) -> frozenset[tuple[str, str]]:
    """What runs in the pods, without versions."""
    return frozenset((c.name, c.image.partition("@")[0].rpartition(":")[0] or c.image) for c in pods.spec.containers)
