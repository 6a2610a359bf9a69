"""Two PodDisruptionBudgets cover the same pod.

The eviction API then refuses every eviction of that pod with an internal error (500), and drains hang.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web-too}
    spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
    ---
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

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
    ---
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
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2015", "pdb-overlap", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pairs of budgets over the same pods, each pair once."""
    seen: set[tuple[int, int]] = set()
    for pods in index.pods:
        budgets = [resource for resource, _ in index.budgets(pods)]
        for i, one in enumerate(budgets):
            for other in budgets[i + 1 :]:
                if (id(one), id(other)) in seen:
                    continue
                seen.add((id(one), id(other)))
                message = f"PodDisruptionBudgets {one.name} and {other.name} both select the pods of {pods}"
                related = [(f"the selector of {one.name}", one.at("spec", "selector"))]
                yield on(RULE, other, ("spec", "selector"), message, "keep one of them", related=related)
