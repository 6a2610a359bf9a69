"""A pod names a runtime class, or an Ingress an ingress class, that is not there.

The pod is refused, and the Ingress is served by nobody. Classes are looked for only where the design declares any of
their kind: clusters bring their own.

Fails:

    apiVersion: node.k8s.io/v1
    kind: RuntimeClass
    metadata: {name: gvisor}
    handler: runsc
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          runtimeClassName: gvisr
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: node.k8s.io/v1
    kind: RuntimeClass
    metadata: {name: gvisor}
    handler: runsc
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          runtimeClassName: gvisor
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.network import Ingress
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import on, rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2025", "runtimeclass-ingressclass-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Classes that nobody defined."""
    if index.has_any("RuntimeClass"):
        for pods in index.pods:
            name = pods.spec.runtime_class_name
            if name and not index.exists("RuntimeClass", "", name):
                message = f"{pods} has runtime class {name}, which is not there"
                hint = did_you_mean(name, index.names("RuntimeClass"))
                yield within(RULE, pods, ("spec", "runtimeClassName"), message, hint)
    if index.has_any("IngressClass"):
        for resource, ingress in index.of("Ingress", Ingress):
            name = ingress.spec.ingress_class_name or ""
            if name and not index.exists("IngressClass", "", name):
                message = f"Ingress {resource.name} has class {name}, which is not there"
                hint = did_you_mean(name, index.names("IngressClass"))
                yield on(RULE, resource, ("spec", "ingressClassName"), message, hint)
