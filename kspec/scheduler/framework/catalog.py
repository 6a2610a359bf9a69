"""The objects that plugins look up by name: everything of a cluster but nodes and pods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kspec.domain.base import KubeObject
from kspec.domain.labels import LabelSelector
from kspec.domain.network import Service
from kspec.domain.policy import Namespace, PodDisruptionBudget, PriorityClass
from kspec.domain.snapshot import Snapshot
from kspec.domain.storage import CSINode, PersistentVolume, PersistentVolumeClaim, StorageClass
from kspec.domain.workloads import ReplicaSet, StatefulSet

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace."""


@dataclass(slots=True)
class Catalog:
    """Objects by `namespace/name`, or by name for cluster-scoped kinds."""

    namespaces: dict[str, Namespace] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    replica_sets: dict[str, ReplicaSet] = field(default_factory=dict)
    stateful_sets: dict[str, StatefulSet] = field(default_factory=dict)
    budgets: dict[str, PodDisruptionBudget] = field(default_factory=dict)
    priority_classes: dict[str, PriorityClass] = field(default_factory=dict)
    volumes: dict[str, PersistentVolume] = field(default_factory=dict)
    claims: dict[str, PersistentVolumeClaim] = field(default_factory=dict)
    storage_classes: dict[str, StorageClass] = field(default_factory=dict)
    csi_nodes: dict[str, CSINode] = field(default_factory=dict)
    others: dict[tuple[str, str], KubeObject] = field(default_factory=dict)
    version: int = 0

    @staticmethod
    def of(snapshot: Snapshot) -> Catalog:
        catalog = Catalog()
        for objects in (
            snapshot.namespaces,
            snapshot.services,
            snapshot.replica_sets,
            snapshot.stateful_sets,
            snapshot.budgets,
            snapshot.priority_classes,
            snapshot.volumes,
            snapshot.claims,
            snapshot.storage_classes,
            snapshot.csi_nodes,
            snapshot.others,
        ):
            for item in objects:
                catalog.put(item)
        return catalog

    def put(self, item: KubeObject) -> None:
        """Add an object, or replace the one of the same name."""
        self.version += 1
        match item:
            case Namespace():
                self.namespaces[item.name] = item
            case Service():
                self.services[item.key] = item
            case ReplicaSet():
                self.replica_sets[item.key] = item
            case StatefulSet():
                self.stateful_sets[item.key] = item
            case PodDisruptionBudget():
                self.budgets[item.key] = item
            case PriorityClass():
                self.priority_classes[item.name] = item
            case PersistentVolume():
                self.volumes[item.name] = item
            case PersistentVolumeClaim():
                self.claims[item.key] = item
            case StorageClass():
                self.storage_classes[item.name] = item
            case CSINode():
                self.csi_nodes[item.name] = item
            case _:
                self.others[item.kind, item.key] = item

    def drop(self, kind: str, key: str) -> None:
        """Forget an object. One that was not there is no mistake."""
        self.version += 1
        by_kind: dict[str, dict[str, Any]] = {
            "Namespace": self.namespaces,
            "Service": self.services,
            "ReplicaSet": self.replica_sets,
            "StatefulSet": self.stateful_sets,
            "PodDisruptionBudget": self.budgets,
            "PriorityClass": self.priority_classes,
            "PersistentVolume": self.volumes,
            "PersistentVolumeClaim": self.claims,
            "StorageClass": self.storage_classes,
            "CSINode": self.csi_nodes,
        }
        if kind in by_kind:
            by_kind[kind].pop(key, None)
        self.others.pop((kind, key), None)

    def namespace_labels(self, name: str) -> Mapping[str, str]:
        """The labels of a namespace; one that is not listed has its name only."""
        namespace = self.namespaces.get(name)
        own = namespace.metadata.labels if namespace else {}
        return {NAMESPACE_NAME: name, **own}

    def selector_of(self, kind: str, key: str) -> LabelSelector | None:
        """The selector of a ReplicaSet or StatefulSet, which owns pods."""
        match kind:
            case "ReplicaSet":
                replica_set = self.replica_sets.get(key)
                return replica_set.spec.selector if replica_set else None
            case "StatefulSet":
                stateful_set = self.stateful_sets.get(key)
                return stateful_set.spec.selector if stateful_set else None
        return None
