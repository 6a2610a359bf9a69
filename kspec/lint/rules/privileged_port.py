"""A container listens for SSH, or on a port below 1024.

SSH into a container is a second way in that nobody audits. Low ports need a capability that a restricted pod does not
have.

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
              ports: [{containerPort: 22}]

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
              ports: [{containerPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5047", "privileged-port", Severity.INFO, __doc__)
_SSH = 22
_FIRST_FREE = 1024


def check(index: Index) -> Iterator[Diagnostic]:
    """Ports that ask for trouble, or for root."""
    for pods in index.pods:
        for path, container in pods.containers:
            for i, port in enumerate(container.ports):
                if port.container_port < _FIRST_FREE:
                    what = "for SSH" if port.container_port == _SSH else f"on port {port.container_port}"
                    message = f"container {container.name} of {pods} listens {what}"
                    yield within(RULE, pods, (*path, "ports", i, "containerPort"), message, "listen above 1023")
