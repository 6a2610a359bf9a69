"""A probe or a lifecycle hook asks for a port by a name that its container does not have.

The kubelet can not resolve the name, so the probe always fails: the container is never ready, or restarted for ever.
A number that the container does not declare is information only, for declaring ports is optional.

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
              ports: [{name: http, containerPort: 8080}]
              readinessProbe: {httpGet: {path: /, port: htpp}}

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
              ports: [{name: http, containerPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {httpGet: {path: /, port: http}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import maybe, obj
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Json, Object, Path

RULE = rule("KS2027", "probe-port", Severity.ERROR, __doc__)
_PROBES: tuple[Path, ...] = (
    ("readinessProbe",),
    ("livenessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def check(index: Index) -> Iterator[Diagnostic]:
    """Ports that probes ask for in vain."""
    for pods in index.pods:
        for path, container in pods.containers:
            names = {p.name for p in container.ports if p.name}
            numbers = {p.container_port for p in container.ports}
            for where, port in _asked(pods.data(path)):
                if isinstance(port, str) and port not in names and not port.isdigit():
                    message = f"{where[0]} of container {container.name} asks for port {port}, which it does not have"
                    yield within(RULE, pods, (*path, *where), message, did_you_mean(port, names))
                elif isinstance(port, int) and numbers and port not in numbers:
                    message = (
                        f"{where[0]} of container {container.name} asks for port {port}, which it does not declare"
                    )
                    help = f"it declares {', '.join(map(str, sorted(numbers)))}"
                    yield within(RULE, pods, (*path, *where), message, help, severity=Severity.INFO)


def _asked(container: Object) -> Iterator[tuple[Path, Json]]:
    for where in _PROBES:
        handler = obj(container, *(str(part) for part in where))
        for action in ("httpGet", "tcpSocket", "grpc"):
            given = maybe(handler, action)
            if given is not None:
                yield (*where, action, "port"), given.get("port")
