"""A lasting workload has no priority class.

Off unless a profile turns it on: where everything has priority 0, nobody gives way under pressure.

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

from kspec.domain.policy import PriorityClass
from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3033", "no-priority-class", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads of no stated importance."""
    if any(c.global_default for _, c in index.of("PriorityClass", PriorityClass)):
        return
    for pods in index.pods:
        if pods.lasting and not pods.spec.priority_class_name:
            yield lacks(RULE, pods, ("spec",), "priorityClassName", f"{pods} has no priority class")
