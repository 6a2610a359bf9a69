"""A probe may take longer than the time between two probes.

The next probe waits, so failures are noticed later than the period says.

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
              readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 5, timeoutSeconds: 10}

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
              readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 10, timeoutSeconds: 5}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3010", "probe-timeout-over-period", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Probes that overlap themselves."""
    for pods in index.pods:
        for path, container in pods.containers:
            for field, probe in (
                ("readinessProbe", container.readiness_probe),
                ("livenessProbe", container.liveness_probe),
                ("startupProbe", container.startup_probe),
            ):
                if probe is not None and probe.timeout_seconds > probe.period_seconds:
                    message = (
                        f"{field} of container {container.name} may take {probe.timeout_seconds}s "
                        f"and is repeated every {probe.period_seconds}s"
                    )
                    yield within(
                        RULE, pods, (*path, field, "timeoutSeconds"), message, "make the timeout at most the period"
                    )
