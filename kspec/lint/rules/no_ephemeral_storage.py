"""A container does not bound what it writes to its node's disk.

Off unless a profile turns it on: logs and scratch files of one container can fill the node, which evicts all.

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
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi, ephemeral-storage: 1Gi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.resources import filled_in
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS4006", "no-ephemeral-storage", Severity.OFF, __doc__)
_NAME = "ephemeral-storage"


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers without a bound on local storage."""
    for pods in index.pods:
        if _NAME in filled_in(index, pods, "limits"):
            continue
        for path, container in pods.running:
            if _NAME not in container.resources.limits:
                message = f"container {container.name} of {pods} has no limit for {_NAME}"
                yield lacks(RULE, pods, path, f"resources.limits.{_NAME}", message)
