"""A pod names a priority class that is not there.

The pod is refused: `no PriorityClass with name x was found`. Classes are looked for only where the design declares any.

Fails:

    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: high}
    value: 1000
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: hihg
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: high}
    value: 1000
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          priorityClassName: high
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2024", "priorityclass-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Priorities that nobody defined."""
    if not index.has_any("PriorityClass"):
        return
    for pods in index.pods:
        name = pods.spec.priority_class_name
        if name and not index.exists("PriorityClass", "", name):
            message = f"{pods} has priority class {name}, which is not there"
            yield within(
                RULE, pods, ("spec", "priorityClassName"), message, did_you_mean(name, index.names("PriorityClass"))
            )
