"""A PodDisruptionBudget's selector matches no pod of the design.

It protects nobody: a drain takes all pods at once.

Fails:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {minAvailable: 1, selector: {matchLabels: {app: website}}}
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
    metadata: {name: web}
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
from kspec.lint.nearest import nearest_pods, spelled
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2014", "pdb-selects-nothing", Severity.WARNING, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Budgets whose selector catches nobody."""
    for resource, budget in index.of("PodDisruptionBudget", PodDisruptionBudget):
        selector = budget.spec.selector
        if selector is None or selector.empty or index.selected(resource.namespace, selector):
            continue
        yield Diagnostic(
            RULE,
            f"PodDisruptionBudget {resource.name} selects {spelled(selector)}, and no pod has that",
            resource.at("spec", "selector"),
            nearest_pods(selector.match_labels, resource.namespace, index.pods),
            str(resource.ref),
        )
