"""An image is not pinned by digest.

A tag can be moved to another image; a digest can not. Off unless a profile turns it on.

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
              image: "web:1.4@sha256:abababababababababababababababababababababababababababababababab"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.images import Image
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3029", "image-digest", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Images that a push can change."""
    for pods in index.pods:
        for path, container in pods.containers:
            image = Image.parse(container.image)
            if container.image and not image.digest and not image.to_be_built:
                message = f"image {container.image} of container {container.name} is not pinned by digest"
                yield within(RULE, pods, (*path, "image"), message, "add @sha256:...")
