"""A lasting container has no liveness probe.

Off in the default profile: a process that hangs stays as it is, but a bad liveness probe is worse than none, for it
restarts pods that are merely busy.

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
              livenessProbe: {tcpSocket: {port: 8080}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3007", "no-liveness", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Lasting workloads without any liveness probe."""
    for pods in index.pods:
        if pods.lasting and not any(c.liveness_probe is not None for _, c in pods.running):
            message = f"{pods} has no liveness probe: a process that hangs is not restarted"
            yield lacks(RULE, pods, ("spec", "containers", 0), "livenessProbe", message)
