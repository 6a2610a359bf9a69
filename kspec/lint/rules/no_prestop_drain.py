"""Served pods stop at once, while load balancers still send to them.

Endpoints are removed and the process is stopped at the same time; requests that arrive in between are lost. A preStop
hook that sleeps some seconds lets the endpoints go first.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
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
              readinessProbe: {tcpSocket: {port: 8080}}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
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
              readinessProbe: {tcpSocket: {port: 8080}}
              lifecycle: {preStop: {sleep: {seconds: 5}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import obj
from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3013", "no-prestop-drain", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods behind balancing Services without any preStop hook."""
    for pods in index.served():
        if all(service.spec.headless for _, service in index.serving(pods)):
            continue
        if not any(obj(pods.data(path), "lifecycle", "preStop") for path, _ in pods.running):
            message = f"{pods} stops while Service {index.serving(pods)[0][0].name} may still send to it"
            help = "add lifecycle.preStop.sleep of a few seconds"
            yield lacks(RULE, pods, ("spec", "containers", 0), "lifecycle.preStop", message, help)
