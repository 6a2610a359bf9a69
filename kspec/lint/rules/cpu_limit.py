"""A container has no cpu limit.

Off unless a profile turns it on, for both schools exist: a limit makes cost predictable, and throttles a container even
where the node is idle.

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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

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
from kspec.lint.resources import filled_in
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4003", "cpu-limit", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers without a bound on cpu."""
    for pods in index.pods:
        if "cpu" in pods.spec.resources.limits or "cpu" in filled_in(index, pods, "limits"):
            continue
        for path, container in pods.running:
            if "cpu" not in container.resources.limits:
                message = f"container {container.name} of {pods} has no cpu limit"
                yield lacks(RULE, pods, path, "resources.limits.cpu", message)
