"""A workload lives in the namespace `default`.

Everything that names no namespace ends up there: quotas, policies and rights can not be told apart.

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

    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
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

from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5049", "default-namespace", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads without a home of their own."""
    for pods in index.pods:
        if pods.namespace == "default":
            message = f"{pods} lives in the namespace default"
            yield on(RULE, pods.resource, ("metadata", "namespace"), message, "give it a namespace", key=True)
