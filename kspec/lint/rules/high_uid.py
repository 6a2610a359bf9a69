"""A container runs as a user below 10000.

Off unless a profile turns it on: low numbers are users of the node as well, so an escape finds files that are its own.

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
              securityContext: {runAsUser: 1000}

Passes:

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
              securityContext: {runAsUser: 10001}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import number
from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5032", "high-uid", Severity.OFF, __doc__)
_LOWEST = 10_000


def check(index: Index) -> Iterator[Diagnostic]:
    """Users that the node knows too."""
    for pods in index.pods:
        for path, who in ((("spec",), "the pod"), *((p, f"container {c.name}") for p, c in pods.containers)):
            user = number(pods.data(path), "securityContext", "runAsUser")
            if user is not None and user < _LOWEST:
                message = f"{who} of {pods} runs as user {user}"
                where = (*path, "securityContext", "runAsUser")
                yield within(RULE, pods, where, message, f"use {_LOWEST} or more")
