"""An emptyDir may fill the disk of its node, or its memory.

With `sizeLimit` the kubelet evicts the one pod that uses too much, instead of all of them later.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: tmp, emptyDir: {}}]
          containers:
            - name: web
              image: "web:1.4"
              volumeMounts: [{name: tmp, mountPath: /tmp}]

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: tmp, emptyDir: {sizeLimit: 1Gi}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: tmp, mountPath: /tmp}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import maybe, objects, text
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS7002", "emptydir-no-limit", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Scratch space without an end."""
    for pods in index.pods:
        for i, volume in enumerate(objects(pods.raw, "volumes")):
            empty = maybe(volume, "emptyDir")
            if empty is not None and not text(empty, "sizeLimit"):
                where = "memory" if text(empty, "medium") == "Memory" else "disk"
                message = f"volume {text(volume, 'name')} of {pods} may fill the {where} of its node"
                yield within(RULE, pods, ("spec", "volumes", i, "emptyDir"), message, "set sizeLimit", key=True)
