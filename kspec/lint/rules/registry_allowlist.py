"""An image comes from a registry that the team does not allow.

Off unless `registries` is set in the configuration: a list of prefixes, such as `ghcr.io/acme/`. An image without a
registry comes from docker.io. (The failing example is checked with `registries = ["ghcr.io/acme/"]`.)

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
              image: "ghcr.io/acme/web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.images import Image
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5039", "registry-allowlist", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Images from elsewhere."""
    allowed = index.settings.registries
    for pods in index.pods if allowed else ():
        for path, container in pods.containers:
            image = Image.parse(container.image)
            if container.image and not image.to_be_built and not image.full_name.startswith(allowed):
                message = (
                    f"image {container.image} of container {container.name} is from a registry that is not allowed"
                )
                yield within(RULE, pods, (*path, "image"), message, f"allowed: {', '.join(allowed)}")
