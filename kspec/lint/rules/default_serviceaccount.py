"""A pod runs under the namespace's default ServiceAccount.

Whatever is granted to it is granted to every pod of the namespace that names no other.

Fails:

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
    kind: ServiceAccount
    metadata: {name: web}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5034", "default-serviceaccount", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods without an identity of their own."""
    for pods in index.pods:
        if pods.spec.service_account_name in ("", "default"):
            message = f"{pods} runs under the default ServiceAccount of namespace {pods.namespace}"
            yield lacks(RULE, pods, ("spec",), "serviceAccountName", message, "give it one of its own")
