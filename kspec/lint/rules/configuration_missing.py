"""A pod uses a ConfigMap or Secret, or a key of one, that is not there.

The container does not start (CreateContainerConfigError), or the volume is never mounted. Optional references may be
missing. Secrets are seldom kept next to the workloads that use them: a missing Secret is a warning, unless its name is
all but that of a Secret that is there. Where a workload of the namespace may create such objects (an operator), a
missing ConfigMap is a warning and a missing Secret information. Objects that others make can be declared in `external`.

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

from collections import defaultdict
from collections.abc import Iterator

from kspec.domain.policy import ConfigMap, Secret
from kspec.lint.index import Index
from kspec.lint.nearest import did_you_mean, slip
from kspec.lint.providers import provides_secret
from kspec.lint.rule import rule, within
from kspec.lint.sources import PodSource
from kspec.lint.uses import Use, uses
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2016", "configmap-secret-missing", Severity.ERROR, __doc__)


def check(index: Index) -> Iterator[Diagnostic]:
    """References that lead nowhere: a missing object once for all its uses in a pod, a missing key at each."""
    for pods in index.pods:
        missing: dict[tuple[str, str], list[Use]] = defaultdict(list)
        for use in uses(pods):
            found = index.find(use.kind, pods.namespace, use.name)
            if found is None:
                missing[use.kind, use.name].append(use)
            elif use.key is not None and use.key not in _keys(found.view):
                message = f"{pods} uses key {use.key} of {use.kind} {use.name}, which has no such key"
                related = [(f"the keys of {use.kind} {use.name}", found.at("data"))]
                yield within(RULE, pods, use.path, message, did_you_mean(use.key, _keys(found.view)), related=related)
        for (kind, name), of_one in missing.items():
            if not _made_by_others(index, pods.namespace, of_one[0]):
                yield _missing(index, pods, kind, name, of_one)


def _missing(index: Index, pods: PodSource, kind: str, name: str, missing: list[Use]) -> Diagnostic:
    names = index.names(kind, pods.namespace)
    severity = None if slip(name, names) is not None else _doubt(index, pods.namespace, kind)
    first, *more = missing
    related = [("used here too", pods.at(*use.path)) for use in more]
    message = f"{pods} uses {kind} {name}, which is not there"
    return within(RULE, pods, first.path, message, did_you_mean(name, names), related=related, severity=severity)


def _doubt(index: Index, namespace: str, kind: str) -> Severity | None:
    """How sure it is that nobody makes an object; None for quite."""
    if kind == "Secret":
        return Severity.INFO if index.operators_create("secrets", namespace) else Severity.WARNING
    return Severity.WARNING if index.operators_create("configmaps", namespace) else None


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
