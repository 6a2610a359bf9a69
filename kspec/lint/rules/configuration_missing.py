"""A pod uses a ConfigMap or Secret, or a key of one, that is not there.

The container does not start (CreateContainerConfigError), or the volume is never mounted. Optional references may be
missing. Secrets are seldom kept next to the workloads that use them: a missing Secret is a warning, unless its name is
all but that of a Secret that is there. Objects that others make can be declared in `external`.

Fails:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
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
              env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: lvl}}}]

Passes:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
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
              env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.policy import ConfigMap, Secret
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean, slip
from kspec.lint.providers import provides_secret
from kspec.lint.rule import rule, within
from kspec.lint.uses import Use, uses
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2016", "configmap-secret-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """References that lead nowhere."""
    for pods in index.pods:
        for use in uses(pods):
            found = index.find(use.kind, pods.namespace, use.name)
            if found is None:
                if _made_by_others(index, pods.namespace, use):
                    continue
                names = index.names(use.kind, pods.namespace)
                message = f"{pods} uses {use.kind} {use.name}, which is not there"
                hint = did_you_mean(use.name, names)
                sure = use.kind == "ConfigMap" or slip(use.name, names) is not None
                severity = None if sure else Severity.WARNING
                yield within(RULE, pods, use.path, message, hint, severity=severity)
            elif use.key is not None and use.key not in _keys(found.view):
                message = f"{pods} uses key {use.key} of {use.kind} {use.name}, which has no such key"
                related = [(f"the keys of {use.kind} {use.name}", found.at("data"))]
                yield within(RULE, pods, use.path, message, did_you_mean(use.key, _keys(found.view)), related=related)


def _made_by_others(index: Index, namespace: str, use: Use) -> bool:
    if index.exists(use.kind, namespace, use.name):
        return True
    return use.kind == "Secret" and provides_secret(index, namespace, use.name)


def _keys(view: object) -> set[str]:
    match view:
        case ConfigMap(data=data, binary_data=binary):
            return set(data) | set(binary)
        case Secret(data=data, string_data=strings):
            return set(data) | set(strings)
    return set()
