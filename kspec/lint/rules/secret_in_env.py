"""A Secret is handed over in an environment variable.

Off unless a profile turns it on: the environment shows up in crash reports and child processes, and does not change
when the Secret does. Mount it as a file.

Fails:

    apiVersion: v1
    kind: Secret
    metadata: {name: db}
    stringData: {password: hunter2}
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
              env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]

Passes:

    apiVersion: v1
    kind: Secret
    metadata: {name: db}
    stringData: {password: hunter2}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          volumes: [{name: db, secret: {secretName: db}}]
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              volumeMounts: [{name: db, mountPath: /run/db}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import rule, within
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5035", "secret-in-env", Severity.OFF, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """Secrets in environments."""
    for pods in index.pods:
        for path, container in pods.containers:
            for i, variable in enumerate(container.env):
                if variable.value_from and variable.value_from.secret_key_ref:
                    secret = variable.value_from.secret_key_ref.name
                    message = f"container {container.name} of {pods} gets Secret {secret} in variable {variable.name}"
                    yield within(RULE, pods, (*path, "env", i), message, "mount it as a file")
            for i, whole in enumerate(container.env_from):
                if whole.secret_ref:
                    message = (
                        f"container {container.name} of {pods} gets Secret {whole.secret_ref.name} in its environment"
                    )
                    yield within(RULE, pods, (*path, "envFrom", i), message, "mount it as a file")
