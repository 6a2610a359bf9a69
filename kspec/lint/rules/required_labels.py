"""A workload lacks a label that the team asks for.

Off unless `required-labels` is set in the configuration. (The failing example is checked with
`required-labels = ["app.kubernetes.io/part-of"]`.)

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
    metadata: {name: web, labels: {app.kubernetes.io/part-of: shop}}
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

from kspec.api.fields import mapping
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5050", "required-labels", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads that nobody can be asked about."""
    for pods in index.pods:
        labels = mapping(pods.resource.manifest, "metadata", "labels")
        missing = [name for name in index.settings.required_labels if name not in labels]
        if missing:
            message = f"{pods} lacks the label{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
            yield on(RULE, pods.resource, ("metadata", "labels"), message, key=True)
