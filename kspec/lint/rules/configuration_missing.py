"""A pod uses a ConfigMap or Secret, or a key of one, that is not there.

The container does not start (CreateContainerConfigError), or the volume is never mounted. Optional references may be
missing. Secrets and ConfigMaps that others make (operators, the token controller) are declared with `@allow`.

Fails:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: web
          image: "web:1"
          env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: lvl}}}]

Passes:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
    data: {level: debug}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: web
          image: "web:1"
          env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.domain.policy import ConfigMap, Secret
from kspec.lint.index import Index, PodSource
from kspec.lint.nearest import did_you_mean
from kspec.lint.rule import rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Path

RULE = rule("KS2016", "configmap-secret-missing", Severity.ERROR, __doc__)


@dataclass(frozen=True, slots=True)
class Use:
    """A reference to a ConfigMap or Secret; without a key, to the whole of it."""

    kind: str
    name: str
    key: str | None
    path: Path


def check(index: Index) -> Iterator[Diagnostic]:
    """References that lead nowhere."""
    for pods in index.pods:
        for use in _uses(pods):
            found = index.find(use.kind, pods.namespace, use.name)
            if found is None:
                message = f"{pods} uses {use.kind} {use.name}, which is not there"
                hint = did_you_mean(use.name, index.names(use.kind, pods.namespace))
            elif use.key is not None and use.key not in _keys(found.view):
                message = f"{pods} uses key {use.key} of {use.kind} {use.name}, which has no such key"
                hint = did_you_mean(use.key, _keys(found.view))
            else:
                continue
            yield Diagnostic(RULE, message, pods.at(*use.path), hint, str(pods.resource.ref))


def _uses(pods: PodSource) -> Iterator[Use]:
    for path, container in pods.containers:
        for i, variable in enumerate(container.env):
            where = (*path, "env", i, "valueFrom")
            source = variable.value_from
            if source and source.config_map_key_ref and not source.config_map_key_ref.optional:
                ref = source.config_map_key_ref
                yield Use("ConfigMap", ref.name, ref.key, (*where, "configMapKeyRef"))
            if source and source.secret_key_ref and not source.secret_key_ref.optional:
                yield Use("Secret", source.secret_key_ref.name, source.secret_key_ref.key, (*where, "secretKeyRef"))
        for i, whole in enumerate(container.env_from):
            if whole.config_map_ref and not whole.config_map_ref.optional:
                yield Use("ConfigMap", whole.config_map_ref.name, None, (*path, "envFrom", i, "configMapRef"))
            if whole.secret_ref and not whole.secret_ref.optional:
                yield Use("Secret", whole.secret_ref.name, None, (*path, "envFrom", i, "secretRef"))
    for i, volume in enumerate(pods.spec.volumes):
        if volume.config_map is not None and not volume.config_map.get("optional"):
            yield Use("ConfigMap", str(volume.config_map.get("name")), None, ("spec", "volumes", i, "configMap"))
        if volume.secret is not None and not volume.secret.get("optional"):
            yield Use("Secret", str(volume.secret.get("secretName")), None, ("spec", "volumes", i, "secret"))


def _keys(view: object) -> set[str]:
    match view:
        case ConfigMap(data=data, binary_data=binary):
            return set(data) | set(binary)
        case Secret(data=data, string_data=strings):
            return set(data) | set(strings)
    return set()
