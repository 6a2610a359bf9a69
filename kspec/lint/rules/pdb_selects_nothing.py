"""A PodDisruptionBudget selects no pods of the design.

It protects nobody, which is noticed when the nodes are drained. Pods that operators may make are not in the design, so
nothing is said where a custom resource could be behind the selector.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: website}}}
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

from kspec.domain.policy import PodDisruptionBudget
from kspec.lint.index import Index
from kspec.lint.makers import Certainty
from kspec.lint.nearest import nearest_pods, spelled
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2014", "pdb-selects-nothing", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets over nobody."""
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        selector = budget.spec.selector
        if selector is None or index.selected(resource.namespace, selector):
            continue
        if index.made_elsewhere(resource.namespace, selector) is Certainty.NO:
            message = f"PodDisruptionBudget {resource.name} selects {spelled(selector)}, and no pod has that"
            hint = nearest_pods(selector.match_labels, resource.namespace, index.pods)
            yield on(RULE, resource, ("spec", "selector"), message, hint)
