"""A liveness probe gives up before the application has started.

The container is restarted again and again and never gets up. The start-up time is what the annotation `kspec/start-up`
declares; a startup probe that waits long enough is the remedy.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/start-up: 90s}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              livenessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 10}

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {kspec/start-up: 90s}}
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

from kspec.domain.pod import Probe
from kspec.lint.declared import declared, seconds
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3009", "liveness-beats-startup", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Probes that are less patient than the declared start-up time."""
    for pods in index.pods:
        needed = seconds(declared(pods, "start-up"))
        if needed is None:
            continue
        for path, container in pods.running:
            field = "startupProbe" if container.startup_probe else "livenessProbe"
            probe = container.startup_probe or container.liveness_probe
            if probe is not None and _allows(probe) < needed:
                what = f"{field} of container {container.name} gives up after {_allows(probe)}s"
                message = f"{what}; {pods} needs {needed}s to start"
                help = f"give a startupProbe a failureThreshold of {-(-needed // probe.period_seconds) + 1}"
                yield within(RULE, pods, (*path, field), message, help, key=True)


def _allows(probe: Probe) -> int:
    """The seconds from the start of the container until the probe has failed for good."""
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold
