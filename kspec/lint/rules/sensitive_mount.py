"""A pod mounts the socket of the container runtime, or a folder that the node itself lives on.

Through the socket it controls every container of the node. Writing to the node's root, /etc or the kubelet's folder is
taking the node over. The socket is an error, unless the namespace has decided for itself (a label of Pod Security, or
kube-system); sensitive folders are a warning, and information there when mounted read-only.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: docker, hostPath: {path: /var/run/docker.sock}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: docker, mountPath: /var/run/docker.sock}]

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
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.hostpaths import HostPath, host_paths
from kspec.lint.index import Index
from kspec.lint.podsecurity import has_decided
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5037", "sensitive-mount", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Mounts that amount to the node."""
    for pods in index.pods:
        decided = has_decided(index, pods.namespace)
        for volume in host_paths(pods):
            if volume.socket or volume.sensitive:
                what = "the socket of the container runtime" if volume.socket else f"{volume.path} of its node"
                how = "writable" if volume.writable else "read-only"
                message = f"{pods} mounts {what}, {how}"
                yield within(RULE, pods, (*volume.at, "path"), message, severity=_level(volume, decided))


def _level(volume: HostPath, decided: bool) -> Severity:
    if volume.socket and not decided:
        return Severity.ERROR
    return Severity.WARNING if volume.writable or not decided else Severity.INFO
