"""A limit is many times the request.

The node is planned with the request and has to bear the limit: more than four times for cpu, or twice for memory, is
not a plan.

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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: "2", memory: 64Mi}}

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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4005", "limit-request-ratio", Severity.INFO, __doc__)
_MOST = {"cpu": 4, "memory": 2}


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers that may use far more than they ask for."""
    for pods in index.pods:
        for path, container in pods.running:
            for name, most in _MOST.items():
                request, limit = (r.get(name) for r in (container.resources.requests, container.resources.limits))
                if request is None or limit is None or not request.amount:
                    continue
                ratio = limit.amount / request.amount
                if ratio > most:
                    message = (
                        f"container {container.name} of {pods} may use {float(ratio):.1f} times the {name} it requests"
                    )
                    yield within(RULE, pods, (*path, "resources", "limits", name), message)
