"""A Service's selector matches no pod of the design.

Requests to it are refused: it never has an endpoint. Usually a label was renamed on one side only.
A Service without a selector, or of type ExternalName, is not looked at: its endpoints come from elsewhere.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: website}
      ports: [{port: 80}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 80}]}]}

Passes:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 80}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.nearest import nearest_pods, spelled
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2002", "service-selects-nothing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services whose selector catches nobody."""
    for resource, service in index.of("Service", Service):
        selector = LabelSelector(match_labels=service.spec.selector)
        if not service.spec.selector or service.spec.type == "ExternalName":
            continue
        if not index.selected(resource.namespace, selector):
            yield Diagnostic(
                RULE,
                f"Service {resource.name} selects {spelled(selector)}, and no pod has that",
                resource.at("spec", "selector"),
                nearest_pods(service.spec.selector, resource.namespace, index.pods),
                str(resource.ref),
            )
