"""A container does not say how much cpu or memory it needs.

The scheduler counts it as nothing, so nodes fill up until they break, and its pods are the first to be evicted. What a
LimitRange fills in and what is stated for the pod as a whole counts.

Fails:

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
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.resources import filled_in
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4001", "no-requests", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers that ask for nothing."""
    for pods in index.pods:
        given = set(pods.spec.resources.requests) | set(pods.spec.resources.limits) | filled_in(index, pods, "requests")
        for path, container in pods.running:
            own = given | set(container.resources.requests) | set(container.resources.limits)
            missing = [name for name in ("cpu", "memory") if name not in own]
            if missing:
                message = f"container {container.name} of {pods} requests no {' and no '.join(missing)}"
                help = "set resources.requests to what it uses under load"
                yield lacks(RULE, pods, path, "resources.requests", message, help)
