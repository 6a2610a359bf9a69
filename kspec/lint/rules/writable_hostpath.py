"""A pod can write to a path of its node.

What it leaves there outlives it, fills the node's disk, and is read by others. Paths that KS5037 reports are not
reported twice. Information in namespaces that have decided for themselves, and in kube-system.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: cache, hostPath: {path: /srv/cache}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: cache, mountPath: /cache}]

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: cache, emptyDir: {sizeLimit: 1Gi}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: cache, mountPath: /cache}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.hostpaths import host_paths
from kspec.lint.index import Index
from kspec.lint.podsecurity import has_decided
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5038", "writable-hostpath", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Mounts that can write to the node."""
    for pods in index.pods:
        severity = Severity.INFO if has_decided(index, pods.namespace) else None
        for volume in host_paths(pods):
            if volume.writable and not (volume.socket or volume.sensitive):
                message = f"{pods} can write to {volume.path} of its node"
                yield within(RULE, pods, volume.writable[0], message, "mount it readOnly", severity=severity)
