"""Which objects depend on which: by name (references), by labels (selectors), and by living in a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from kspec.api.fields import obj, text
from kspec.domain.expansion import namespace_of
from kspec.domain.labels import LabelSelector
from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.source.tree import Json, Object

Key: TypeAlias = tuple[str, str, str]
"""Kind, namespace (`default` where none is written, for cluster scope too) and name."""

_NAMED = {
    "serviceAccountName": "ServiceAccount",
    "priorityClassName": "PriorityClass",
    "runtimeClassName": "RuntimeClass",
    "storageClassName": "StorageClass",
    "ingressClassName": "IngressClass",
    "gatewayClassName": "GatewayClass",
    "claimName": "PersistentVolumeClaim",
    "volumeName": "PersistentVolume",
    "secretName": "Secret",
    "serviceName": "Service",
}
_INSIDE = {
    "configMapRef": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "configMap": "ConfigMap",
    "secretRef": "Secret",
    "secretKeyRef": "Secret",
    "secret": "Secret",
    "imagePullSecrets": "Secret",
    "service": "Service",
    "backendRefs": "Service",
    "parentRefs": "Gateway",
}
_NO_REFERENCES = frozenset({"apiVersion", "kind", "metadata", "status", "data", "stringData", "binaryData"})
_OVER_PODS = ("LimitRange", "ResourceQuota")


def key_of(resource: Resource) -> Key:
    """The name by which others refer to an object."""
    return resource.kind, namespace_of(resource), resource.name


def dependents(index: Index, touched: frozenset[Key]) -> Iterator[Resource]:
    """The objects that look at some of `touched`, directly: what these do can make a difference to them."""
    for resource in index.resources:
        if not touched.isdisjoint(_depends_on(index, resource)):
            yield resource
    for pods in index.pods:
        if key_of(pods.resource) in touched:
            yield from (r for r, _ in index.services(pods))
            yield from (r for r, _ in index.budgets(pods))
            yield from _policies(index, pods.namespace, pods.labels)


def _depends_on(index: Index, resource: Resource) -> Iterator[Key]:
    space = namespace_of(resource)
    yield from _references({k: v for k, v in resource.manifest.items() if k not in _NO_REFERENCES}, space)
    yield from _references({"ownerReferences": resource.metadata.get("ownerReferences")}, space)
    yield "Namespace", "default", space
    if index.pods_of(resource) is not None:
        for kind in _OVER_PODS:
            yield from (key_of(r) for r in index.all(kind) if namespace_of(r) == space)
    if resource.builtin is None:
        plural = f"{resource.kind.lower()}s.{resource.api_version.rpartition('/')[0]}"
        yield "CustomResourceDefinition", "default", plural


def _references(value: Json, space: str) -> Iterator[Key]:
    """Names of other objects in a value, in the fields that hold such."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item, space)
    elif isinstance(value, dict):
        yield from _own(value, space)
        for field, inner in value.items():
            if field in _NAMED and isinstance(inner, str):
                yield from _at(_NAMED[field], space, inner)
            elif field in _INSIDE:
                for item in inner if isinstance(inner, list) else [inner]:
                    yield from _at(_INSIDE[field], text(item, "namespace") or space, text(item, "name"))
            yield from _references(inner, space)


def _own(value: Object, space: str) -> Iterator[Key]:
    """A reference that says what it refers to: `kind` and `name`, perhaps `namespace`."""
    kind, name = text(value, "kind"), text(value, "name")
    if kind and name:
        yield from _at(kind, text(value, "namespace") or space, name)


def _at(kind: str, space: str, name: str) -> Iterator[Key]:
    """An object of either scope."""
    if name:
        yield kind, space, name
        if space != "default":
            yield kind, "default", name


def _policies(index: Index, namespace: str, labels: dict[str, str]) -> Iterator[Resource]:
    for resource in index.all("NetworkPolicy"):
        selector = LabelSelector.model_validate(obj(resource.manifest, "spec", "podSelector"))
        if namespace_of(resource) == namespace and selector.matches(labels):
            yield resource
