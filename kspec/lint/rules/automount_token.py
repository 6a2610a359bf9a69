"""A pod gets a token for the Kubernetes API, and its ServiceAccount may do nothing with it.

A token that nobody needs is still one that can be stolen: `automountServiceAccountToken: false`.

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
          serviceAccountName: web
          containers:
            - name: web
              image: "web:1.4"

Passes:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web}
    automountServiceAccountToken: false
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

from kspec.api.fields import flag
from kspec.lint.grants import grants
from kspec.lint.index import Index
from kspec.lint.rule import lacks, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5033", "automount-token", Severity.INFO, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Tokens without a use."""
    used = {g.account for g in grants(index)}
    for pods in index.pods:
        name = pods.spec.service_account_name or "default"
        account = index.find("ServiceAccount", pods.namespace, name)
        mounted = flag(pods.raw, "automountServiceAccountToken")
        if mounted is None and account is not None:
            mounted = flag(account.manifest, "automountServiceAccountToken")
        if mounted is not False and (pods.namespace, name) not in used:
            message = f"{pods} gets a token of ServiceAccount {name}, to which nothing is granted"
            help = "set automountServiceAccountToken: false"
            yield lacks(RULE, pods, ("spec",), "automountServiceAccountToken", message, help)
