"""A credential stands in plain text.

Everyone who may read the repository, the object or the process list has it. Reported are the well-known forms of tokens
and keys wherever they stand, and values of variables and flags that are called like a credential and are no
placeholder, path or reference. Keys of ConfigMaps that are merely called so are a warning.

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
              env: [{name: DB_PASSWORD, value: hunter2}]

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
          containers:
            - name: web
              image: "web:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
              env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.fields import mapping
from kspec.lint.index import Index
from kspec.lint.rule import on, rule, within
from kspec.lint.secrets import credential_flag, named_credential, token_in
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS5036", "secret-literal", Severity.ERROR, __doc__)
_HELP = "put it into a Secret that is not kept here, and refer to it"


def check(index: Index) -> Iterator[Diagnostic]:
    """Credentials in environments, arguments and ConfigMaps; values are never repeated."""
    for pods in index.pods:
        yield from _pod(pods)
    for config in index.all("ConfigMap"):
        for key, value in mapping(config.manifest, "data").items():
            token = token_in(value)
            if token or named_credential(key, value):
                message = f"key {key} of ConfigMap {config.name} holds {token or 'a credential, by its name'}"
                severity = None if token else Severity.WARNING
                yield on(RULE, config, ("data", key), message, _HELP, key=True, severity=severity)


def _pod(pods: PodSource) -> Iterator[Diagnostic]:
    for path, container in pods.containers:
        for i, variable in enumerate(container.env):
            token = token_in(variable.value)
            if token or named_credential(variable.name, variable.value):
                message = f"variable {variable.name} of {pods} holds {token or 'a credential'} in plain text"
                yield within(RULE, pods, (*path, "env", i), message, _HELP)
        for field, words in (("command", container.command), ("args", container.args)):
            for i, word in enumerate(words):
                token, named = token_in(word), credential_flag(word)
                if token or named:
                    what = f"flag {named}" if named else f"item {i} of {field}"
                    message = (
                        f"{what} of container {container.name} of {pods} holds {token or 'a credential'} in plain text"
                    )
                    yield within(RULE, pods, (*path, field, i), message, _HELP)
