"""A name is not of its form, or the names made from it do not fit.

Names end up in host names, paths and URLs: most are DNS subdomains (253 characters, dots allowed) or DNS labels (63
characters, no dots), in lower case. The pods of a StatefulSet carry the label `controller-revision-hash`, which is its
name and eleven characters more: beyond 52 characters no pod can be created, though the StatefulSet is accepted.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {selector: {app: db}, ports: [{port: 5432}], clusterIP: None}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: a-very-long-name-for-a-database-that-nobody-will-ever-type}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: a-very-long-name-for-a-database-that-nobody-will-ever-type
              image: "a-very-long-name-for-a-database-that-nobody-will-ever-type:1.4"

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

from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS1007", "name-format", Severity.ERROR, __doc__)
_REVISION = 11
"""A dash and at most ten characters of a hash (upstream: pkg/controller/history/controller_history.go)."""
_LABEL_VALUE = 63


def check(index: Index) -> Iterator[Diagnostic]:
    """Names good for their object and too long for its pods; the API server's own checks are made elsewhere."""
    for resource in index.all("StatefulSet"):
        length = len(resource.name)
        if length + _REVISION > _LABEL_VALUE:
            message = f"StatefulSet {resource.name} has {length} characters in its name: its pods can not carry it"
            yield on(
                RULE, resource, ("metadata", "name"), message, f"use at most {_LABEL_VALUE - _REVISION} characters"
            )
