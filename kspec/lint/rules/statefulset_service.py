"""A StatefulSet's governing Service is not there, or not headless.

The pods then have no stable DNS names (`db-0.db`), which is what peers and clients use to find them.
Of a single pod this is a warning: it has no peers.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 5432}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Service
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2022", "statefulset-service", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """StatefulSets that name a Service which can not govern them."""
    for resource, workload in index.of("StatefulSet", StatefulSet):
        name = workload.spec.service_name
        found = index.find("Service", resource.namespace, name)
        if not name or (found is None and index.exists("Service", resource.namespace, name)):
            continue
        severity = None if workload.spec.replicas > 1 else Severity.WARNING
        if found is None:
            message = f"StatefulSet {resource.name} names Service {name}, which is not there"
            hint = did_you_mean(name, index.names("Service", resource.namespace))
            yield on(RULE, resource, ("spec", "serviceName"), message, hint, severity=severity)
        elif not found.as_(Service).spec.headless:
            message = f"StatefulSet {resource.name} names Service {name}, which is not headless"
            hint = "set clusterIP: None on the Service, or name another"
            yield on(RULE, resource, ("spec", "serviceName"), message, hint, severity=severity)
