"""Admission refuses the pods: the namespace enforces a Pod Security Standard that they do not meet.

The workload itself is accepted, with a warning that is easily missed; then its controller can not create a single pod.

Fails:

    apiVersion: v1
    kind: Namespace
    metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
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

Passes:

    apiVersion: v1
    kind: Namespace
    metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
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

from kspec.api.admission.pod_security import policy_of, violations
from kspec.api.fields import mapping
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5030", "psa-rejects", Severity.ERROR, __doc__)
_ENFORCE = "pod-security.kubernetes.io/enforce"


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods that their own namespace turns away."""
    for namespace in index.all("Namespace"):
        standard = policy_of(mapping(namespace.manifest, "metadata", "labels")).enforce
        if standard.level == "privileged":
            continue
        for pods in index.pods_in(namespace.name):
            found = violations(standard, {"annotations": pods.annotations}, pods.raw)
            if found:
                why = ", ".join(map(str, found))
                message = f"namespace {namespace.name} enforces {standard} and refuses the pods of {pods}: {why}"
                related = [("the label", namespace.at("metadata", "labels", _ENFORCE))]
                yield within(RULE, pods, ("spec",), message, key=True, related=related)
