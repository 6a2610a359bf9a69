"""A container may take all memory of its node.

When it leaks, the kernel kills whatever it finds, not the container. What a LimitRange fills in and what is stated for
the pod as a whole counts.

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

RULE = rule("KS4002", "no-memory-limit", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers without a bound on memory."""
    for pods in index.pods:
        if "memory" in pods.spec.resources.limits or "memory" in filled_in(index, pods, "limits"):
            continue
        for path, container in pods.running:
            if "memory" not in container.resources.limits:
                message = f"container {container.name} of {pods} has no memory limit"
                yield lacks(RULE, pods, path, "resources.limits.memory", message, "set resources.limits.memory")
