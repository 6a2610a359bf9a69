"""Two workloads select each other's pods.

Each controller counts the other's pods as its own: autoscalers, budgets and `kubectl` act on both, and ReplicaSets
adopt what is not theirs. Where only one of the two selects the other's pods this is a warning.

Fails:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec:
          containers:
            - name: worker
              image: "worker:1.4"

Passes:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: shop, role: web}}
      template:
        metadata: {labels: {app: shop, role: web}}
        spec:
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      selector: {matchLabels: {app: shop, role: worker}}
      template:
        metadata: {labels: {app: shop, role: worker}}
        spec:
          containers:
            - name: worker
              image: "worker:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.nearest import spelled
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2005", "selector-overlap", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pairs of workloads, each pair once."""
    order = {p.key: i for i, p in enumerate(index.pods)}
    seen: set[tuple[int, int]] = set()
    for one in index.pods:
        if one.selector is None or one.selector.empty:
            continue
        for other in index.selected(one.namespace, one.selector):
            first, second = sorted((one, other), key=lambda p: order[p.key])
            if (
                one.same_object(other)
                or other.selector is None
                or other.selector.empty
                or (first.key, second.key) in seen
            ):
                continue
            seen.add((first.key, second.key))
            mutual = other.selector.matches(one.labels)
            what = (
                f"{second} and {first} select each other's pods" if mutual else f"{one} selects the pods of {other} too"
            )
            about, against = (second, first) if mutual else (one, other)
            selector = about.selector or one.selector
            related = [(f"the selector of {against}", against.resource.at("spec", "selector"))]
            yield on(
                RULE,
                about.resource,
                ("spec", "selector"),
                f"{what} ({spelled(selector)})",
                "give each its own label, in selector and template",
                related=related,
                severity=None if mutual else Severity.WARNING,
            )
