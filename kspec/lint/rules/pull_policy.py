"""The pull policy does not fit the image's name.

`Always` asks the registry at every start for an image that can not have changed (a digest). `IfNotPresent` with a
moving tag leaves each node with the image it happened to pull first.

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
              imagePullPolicy: IfNotPresent

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
              imagePullPolicy: IfNotPresent
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.images import Image
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS3030", "pull-policy", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Policies that ask too often, or too seldom."""
    for pods in index.pods:
        for path, container in pods.containers:
            image, policy = Image.parse(container.image), container.image_pull_policy
            if policy == "Always" and image.digest:
                message, help = (
                    f"image {container.image} is pulled at every start and can not change",
                    "use IfNotPresent",
                )
            elif policy == "IfNotPresent" and image.moving:
                message, help = (
                    f"image {container.image} moves, and nodes keep what they pulled first",
                    "name a version",
                )
            else:
                continue
            yield within(RULE, pods, (*path, "imagePullPolicy"), message, help, key=True)
