"""Which fields of a manifest hold names, and what is there to be named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kspec.domain.objects import get
from kspec.domain.templates import PODS
from kspec.elaborate.objects.kinds import Kinds
from kspec.lsp.manifest.shape import around
from kspec.lsp.manifest.spot import Document
from kspec.lsp.present import Present
from kspec.source.tree import Json, Object, Path

_KINDS = {
    ("ConfigMapKeySelector", "name"): "ConfigMap",
    ("ConfigMapEnvSource", "name"): "ConfigMap",
    ("ConfigMapVolumeSource", "name"): "ConfigMap",
    ("ConfigMapProjection", "name"): "ConfigMap",
    ("SecretKeySelector", "name"): "Secret",
    ("SecretEnvSource", "name"): "Secret",
    ("SecretProjection", "name"): "Secret",
    ("SecretVolumeSource", "secretName"): "Secret",
    ("SecretReference", "name"): "Secret",
    ("LocalObjectReference", "name"): "Secret",
    ("IngressTLS", "secretName"): "Secret",
    ("IngressServiceBackend", "name"): "Service",
    ("ServiceReference", "name"): "Service",
    ("StatefulSetSpec", "serviceName"): "Service",
    ("IngressSpec", "ingressClassName"): "IngressClass",
    ("PersistentVolumeClaimVolumeSource", "claimName"): "PersistentVolumeClaim",
    ("PersistentVolumeClaimSpec", "storageClassName"): "StorageClass",
    ("PersistentVolumeClaimSpec", "volumeName"): "PersistentVolume",
    ("PersistentVolumeSpec", "storageClassName"): "StorageClass",
    ("PodSpec", "serviceAccountName"): "ServiceAccount",
    ("PodSpec", "priorityClassName"): "PriorityClass",
    ("PodSpec", "runtimeClassName"): "RuntimeClass",
    ("PodSpec", "nodeName"): "Node",
    ("ObjectMeta", "namespace"): "Namespace",
    ("ServiceReference", "namespace"): "Namespace",
    ("Subject", "namespace"): "Namespace",
}
"""(struct, field) -> the kind of the object that the field names."""
_BY_SIBLING = frozenset({"CrossVersionObjectReference", "RoleRef", "Subject", "TypedLocalObjectReference"})
"""Structs whose `name` is of the kind that their `kind` says."""
_KEYS = {"ConfigMapKeySelector": ("ConfigMap", "data"), "SecretKeySelector": ("Secret", "data", "stringData")}
"""Structs whose `key` is one of the object that their `name` names."""
_CLUSTER_WIDE = frozenset({"Namespace", "Node", "PersistentVolume", "ClusterRole"})


@dataclass(frozen=True, slots=True)
class Named:
    """A name that can be written: `what` it is of, and the object, where it is one's."""

    name: str
    what: str
    object: Present | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """Finds what the value at a path of a document can name."""

    kinds: Kinds
    document: Document
    objects: Iterable[Present]

    def at(self, path: Path) -> Iterator[Named]:
        """The names, those of the document's own namespace first."""
        place = around(self.kinds, self.document, path)
        struct = place.struct.short_name if place.struct is not None else ""
        kind = self._kind(struct, place.field, path)
        if kind:
            yield from self._of_kind(kind)
        elif struct in _KEYS and place.field == "key":
            kind, *fields = _KEYS[struct]
            yield from self._keys(kind, fields, self.document.texts.get((*path[:-1], "name"), ""))
        elif struct in ("VolumeMount", "VolumeDevice") and place.field == "name":
            yield from self._own(path, "volumes", "volume")
        elif place.field == "port" and struct in ("HTTPGetAction", "TCPSocketAction"):
            yield from self._own(path, "ports", "port of the container")
        elif struct == "ServicePort" and place.field == "targetPort":
            yield from self._ports()
        elif len(path) > 1 and (label := self._label(path)):
            yield from self._labels(label)

    def keys(self, path: Path) -> Iterator[Named]:
        """The keys that a map of labels can have: those that pods have."""
        if self._selects(path):
            for labels in self._pod_labels():
                yield from (Named(key, "a label of pods") for key in labels)

    def _kind(self, struct: str, field: str, path: Path) -> str:
        if struct in _BY_SIBLING and field == "name":
            return self.document.texts.get((*path[:-1], "kind"), "")
        return _KINDS.get((struct, field), "")

    def _of_kind(self, kind: str) -> Iterator[Named]:
        namespace = self.document.texts.get(("metadata", "namespace"), "") or "default"
        found = [p for p in self.objects if p.kind == kind and p.name]
        for there in sorted(found, key=lambda p: ((p.namespace or "default") != namespace, p.name)):
            elsewhere = kind not in _CLUSTER_WIDE and there.namespace not in ("", namespace)
            yield Named(there.name, f"{kind} in {there.namespace}" if elsewhere else kind, there)

    def _keys(self, kind: str, fields: list[str], name: str) -> Iterator[Named]:
        for there in self.objects:
            if there.kind == kind and there.name == name:
                parts = (there.manifest.get(field) for field in fields)
                keys = (key for part in parts if isinstance(part, dict) for key in part)
                yield from (Named(key, f"{kind} {name}", there) for key in keys)

    def _own(self, path: Path, field: str, what: str) -> Iterator[Named]:
        """Names in a list of the document itself that is around a path."""
        for place, text in self.document.texts.items():
            if len(place) > 2 and place[-1] == "name" and place[-3] == field and place[:-3] == path[: len(place) - 3]:
                yield Named(text, what)

    def _ports(self) -> Iterator[Named]:
        for pods in self._pods():
            for container in _list(get(pods, ("spec", "containers"))):
                for port in _list(get(container, ("ports",))):
                    name = get(port, ("name",))
                    if isinstance(name, str):
                        yield Named(name, "port of a container")

    def _label(self, path: Path) -> str:
        key = path[-1]
        return key if isinstance(key, str) and self._selects(path[:-1]) else ""

    def _selects(self, path: Path) -> bool:
        """Whether a path leads to the labels of a selector of pods."""
        return path[-1:] == ("matchLabels",) or (self.document.kind == "Service" and path == ("spec", "selector"))

    def _labels(self, key: str) -> Iterator[Named]:
        for labels in self._pod_labels():
            value = labels.get(key)
            if isinstance(value, str):
                yield Named(value, "as pods have it")

    def _pod_labels(self) -> Iterator[Object]:
        for pods in self._pods():
            labels = get(pods, ("metadata", "labels"))
            if isinstance(labels, dict):
                yield labels

    def _pods(self) -> Iterator[Object]:
        """The pods and templates of pods among the objects."""
        for there in self.objects:
            path = PODS.get(there.kind)
            pods = None if path is None else get(there.manifest, path)
            if isinstance(pods, dict):
                yield pods


def _list(value: Json) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
