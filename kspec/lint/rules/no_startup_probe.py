"""A slow starter is guarded by a long initialDelaySeconds.

Every restart waits the whole delay before a hang is noticed. A startup probe ends as soon as the application is up.

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
              livenessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 120}

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
              startupProbe: {tcpSocket: {port: 8080}, failureThreshold: 12}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3011", "no-startup-probe", Severity.INFO, __doc__)
_LONG = 60


def check(index: Index) -> Iterator[Diagnostic]:
    """Liveness probes that begin a minute late or more."""
    for pods in index.pods:
        for path, container in pods.running:
            alive = container.liveness_probe
            if alive is not None and container.startup_probe is None and alive.initial_delay_seconds >= _LONG:
                message = f"liveness of container {container.name} is not looked at for {alive.initial_delay_seconds}s"
                where = (*path, "livenessProbe", "initialDelaySeconds")
                yield within(RULE, pods, where, message, "use a startupProbe instead of the delay")
