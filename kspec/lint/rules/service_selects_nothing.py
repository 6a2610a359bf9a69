"""A Service selects no pods of the design.

Its endpoints stay empty and every connection is refused. The selector is compared with the labels of all pod templates
in the same namespace, and with what controllers add to them (`statefulset.kubernetes.io/pod-name`). Where operators may
make the pods (custom resources in the namespace, or a workload there that may create pods), this is a warning, and
nothing is said where a custom resource speaks of the very labels.

Fails:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: website}, ports: [{port: 80, targetPort: 8080}]}
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

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
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
              ports: [{containerPort: 8080}]
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              readinessProbe: {tcpSocket: {port: 8080}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.lint.index import Index
from kspec.lint.makers import Certainty
from kspec.lint.nearest import nearest_pods, spelled
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2002", "service-selects-nothing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Services whose selector catches nobody."""
    for resource, service in index.of("Service", Service):
        selector = LabelSelector(match_labels=service.spec.selector)
        if selector.empty or service.spec.type == "ExternalName" or index.selected(resource.namespace, selector):
            continue
        others = index.made_elsewhere(resource.namespace, selector)
        if others is Certainty.LIKELY:
            continue
        message = f"Service {resource.name} selects {spelled(selector)}, and no pod has that"
        hint = nearest_pods(service.spec.selector, resource.namespace, index.pods)
        severity = Severity.WARNING if others is Certainty.POSSIBLE else None
        yield on(RULE, resource, ("spec", "selector"), message, hint, severity=severity)
