"""The liveness probe asks what the readiness probe asks, and gives up as early.

A pod that is too busy to answer is then killed instead of being spared, and the load moves on to the next: restarts
spread through the deployment. Give liveness a check of its own, or a larger failureThreshold. Probes that only ask
whether the process listens (tcpSocket, grpc) are information.

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
              readinessProbe: {httpGet: {path: /healthz, port: 8080}}
              livenessProbe: {httpGet: {path: /healthz, port: 8080}}

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
              readinessProbe: {httpGet: {path: /healthz, port: 8080}}
              livenessProbe: {httpGet: {path: /healthz, port: 8080}, failureThreshold: 10}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import maybe
from kspec.domain.pod import Probe
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object

RULE = rule("KS3008", "probes-identical", Severity.WARNING, __doc__)
_HANDLERS = ("httpGet", "exec", "tcpSocket", "grpc")


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers whose two probes fail together."""
    for pods in index.pods:
        for path, container in pods.running:
            ready, alive = container.readiness_probe, container.liveness_probe
            if ready is None or alive is None or _patience(alive) > _patience(ready):
                continue
            data = pods.data(path)
            action, first = _handler(maybe(data, "readinessProbe") or {})
            if (action, first) != _handler(maybe(data, "livenessProbe") or {}):
                continue
            severity = Severity.WARNING if action in ("httpGet", "exec") else Severity.INFO
            if not index.hears(severity):
                continue
            message = (
                f"container {container.name} of {pods} is restarted when it is merely not ready: both probes are equal"
            )
            related = [("the readiness probe", pods.at(*path, "readinessProbe"))]
            help = "give liveness another check, or a larger failureThreshold"
            yield within(
                RULE, pods, (*path, "livenessProbe"), message, help, key=True, related=related, severity=severity
            )


def _handler(probe: Object) -> tuple[str, Object]:
    found = ((name, maybe(probe, name)) for name in _HANDLERS)
    return next(((name, action) for name, action in found if action is not None), ("", {}))


def _patience(probe: Probe) -> int:
    """For how many seconds a probe must fail before something is done."""
    return probe.period_seconds * probe.failure_threshold
