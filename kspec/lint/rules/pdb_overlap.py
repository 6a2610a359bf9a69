"""Two PodDisruptionBudgets select the same pods.

The eviction API refuses such a pod with an error (HTTP 500), so a drain never finishes.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: a}
    spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: b}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "web:1"}]}

Passes:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: a}
    spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "web:1"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import PodDisruptionBudget
from kspec.lint.index import Index
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Label, Severity

RULE = rule("KS2015", "pdb-overlap", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pairs of budgets over the same pods, each pair once."""
    budgets = [(r, b) for r, b in index.of("PodDisruptionBudget", PodDisruptionBudget) if b.spec.selector]
    caught = {id(b): index.selected(r.namespace, b.spec.selector) for r, b in budgets if b.spec.selector}
    for i, (one, first) in enumerate(budgets):
        for other, second in budgets[i + 1 :]:
            shared = [p for p in caught[id(second)] if p in caught[id(first)]]
            if one.namespace != other.namespace or not shared:
                continue
            place = one.at("spec", "selector")
            yield Diagnostic(
                RULE,
                f"PodDisruptionBudgets {one.name} and {other.name} both select the pods of {shared[0]}",
                other.at("spec", "selector"),
                "keep one of them",
                str(other.ref),
                (Label(f"the selector of {one.name}", place),) if place else (),
            )
