"""A StatefulSet's governing Service is not there, or not headless.

The pods get their stable DNS names from a headless Service of that name; with another, peers do not find each other.

Fails:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec: {containers: [{name: db, image: "db:1"}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}]}

Passes:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec: {containers: [{name: db, image: "db:1"}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Service
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2022", "statefulset-service", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """StatefulSets that name a Service which can not govern them."""
    for resource, workload in index.of("StatefulSet", StatefulSet):
        name = workload.spec.service_name
        if not name:
            continue
        found = index.find("Service", resource.namespace, name)
        if found is None:
            message = f"StatefulSet {resource.name} names Service {name}, which is not there"
            hint = did_you_mean(name, index.names("Service", resource.namespace))
        elif not found.as_(Service).spec.headless:
            message = f"StatefulSet {resource.name} names Service {name}, which is not headless"
            hint = "set clusterIP: None on the Service, or name another"
        else:
            continue
        yield Diagnostic(RULE, message, resource.at("spec", "serviceName"), hint, str(resource.ref))
