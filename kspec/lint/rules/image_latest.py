"""An image has no tag, or the tag `latest`.

Which program runs depends on when the node pulled it, and there is nothing to roll back to.

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
              image: "web:latest"

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

from kspec.lint.images import Image
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3028", "image-latest", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Images that may be anything."""
    for pods in index.pods:
        for path, container in pods.containers:
            image = Image.parse(container.image)
            if container.image and image.moving:
                what = f"has tag {image.tag}" if image.tag else "has no tag"
                message = f"image {container.image} of container {container.name} {what}"
                yield within(RULE, pods, (*path, "image"), message, "name a version")
