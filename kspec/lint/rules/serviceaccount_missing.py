"""A pod runs under a ServiceAccount that is not there.

Its controller can not create the pod: `serviceaccount "x" not found`.

Fails:

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
          serviceAccountName: website
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
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2017", "serviceaccount-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Pods without an identity."""
    for pods in index.pods:
        name = pods.spec.service_account_name
        if name and not index.exists("ServiceAccount", pods.namespace, name):
            message = f"{pods} runs under ServiceAccount {name}, which is not there"
            hint = did_you_mean(name, index.names("ServiceAccount", pods.namespace))
            yield within(RULE, pods, ("spec", "serviceAccountName"), message, hint)
