"""A container may use more memory than it requests.

The difference is promised to others as well. When all want it at once, pods above their requests are evicted first.

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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 512Mi}}

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
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4004", "memory-request-below-limit", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers whose memory is overcommitted."""
    for pods in index.pods:
        for path, container in pods.running:
            request, limit = (r.get("memory") for r in (container.resources.requests, container.resources.limits))
            if request is not None and limit is not None and request.amount < limit.amount:
                message = f"container {container.name} of {pods} requests {request} of memory and may use {limit}"
                where = (*path, "resources", "requests", "memory")
                yield within(RULE, pods, where, message, "request what it may use")
