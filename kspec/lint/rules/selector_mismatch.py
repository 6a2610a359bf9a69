"""A workload's selector does not match the labels of its own pod template.

The API server refuses the object. The controller would never find the pods it makes.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: website}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}

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

from kspec.lint.index import Index
from kspec.lint.nearest import spelled
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2001", "selector-template-mismatch", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Workloads that do not select their own pods."""
    for pods in index.pods:
        if pods.selector is None or pods.selector.empty or pods.selector.matches(pods.labels):
            continue
        carried = ", ".join(f"{k}={v}" for k, v in sorted(pods.labels.items())) or "no labels"
        message = f"{pods} selects {spelled(pods.selector)}, and its own pods carry {carried}"
        place = pods.at("metadata", "labels")
        related = [("the labels of its pods", place)]
        yield on(RULE, pods.resource, ("spec", "selector"), message, "make both the same", related=related)
