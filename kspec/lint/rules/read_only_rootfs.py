"""A container can write to its own root filesystem.

What gets in can then change the program itself. Mount an emptyDir where the application must write.

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
              securityContext: {readOnlyRootFilesystem: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import flag
from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5031", "read-only-rootfs", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Containers with a writable root."""
    for pods in index.pods:
        for path, container in pods.running:
            if not flag(pods.data(path), "securityContext", "readOnlyRootFilesystem"):
                message = f"container {container.name} of {pods} can write to its root filesystem"
                help = "set securityContext.readOnlyRootFilesystem: true"
                yield lacks(RULE, pods, path, "securityContext.readOnlyRootFilesystem", message, help)
