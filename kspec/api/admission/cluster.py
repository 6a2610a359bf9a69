"""What admission looks up: the objects that are there before a request.

A cluster of its own starts as a fresh control plane does: with its namespaces, their default service accounts, the two
system priority classes and the address of the `kubernetes` Service.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator

from kspec.api.fields import text
from kspec.domain.kinds import kind_of
from kspec.domain.policy import SYSTEM_PRIORITIES
from kspec.source.tree import Object

_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_KUBERNETES_IP = "10.96.0.1"


class Cluster:
    """Objects by kind, namespace and name."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[tuple[str, str], Object]] = {}
        self._order: dict[str, list[tuple[str, str]]] = {}
        self.announced: tuple[Object, ...] = ()
        """What a request brings later, and policies may already take parameters from."""
        for name in _NAMESPACES:
            labels: Object = {"kubernetes.io/metadata.name": name}
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        for name, value in SYSTEM_PRIORITIES.items():
            self.put(
                {
                    "apiVersion": "scheduling.k8s.io/v1",
                    "kind": "PriorityClass",
                    "metadata": {"name": name},
                    "value": value,
                    "preemptionPolicy": "PreemptLowerPriority",
                }
            )
        self.put(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "kubernetes", "namespace": "default"},
                "spec": {"clusterIP": _KUBERNETES_IP, "clusterIPs": [_KUBERNETES_IP]},
            }
        )

    def put(self, manifest: Object) -> None:
        """Add an object or replace it. A new namespace gets its default service account, as its controller gives it."""
        kind, name = text(manifest, "kind"), text(manifest, "metadata", "name")
        key = _namespace(manifest), name
        known = self._objects.setdefault(kind, {})
        if key not in known:
            insort(self._order.setdefault(kind, []), key)
        known[key] = manifest
        if kind == "Namespace" and self.get("ServiceAccount", name, "default") is None:
            account: Object = {"name": "default", "namespace": name}
            self.put({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """An object; `namespace` is empty for kinds without one."""
        return self._objects.get(kind, {}).get((namespace, name))

    def all(self, kind: str, namespace: str | None = None) -> Iterator[Object]:
        """All objects of a kind, of one namespace or of all, by name."""
        for key in self._order.get(kind, ()):
            if namespace in (None, key[0]):
                yield self._objects[kind][key]

    def namespace(self, name: str) -> Object | None:
        return self.get("Namespace", "", name)


def _namespace(manifest: Object) -> str:
    known = kind_of(text(manifest, "apiVersion"), text(manifest, "kind"))
    if known is not None and not known.namespaced:
        return ""
    return text(manifest, "metadata", "namespace") or "default"
