"""What a scheduler sees: the objects of a cluster at one moment, by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.domain.base import KubeObject
from kspec.domain.network import Service
from kspec.domain.node import Node
from kspec.domain.objects import Resource
from kspec.domain.pod import Pod
from kspec.domain.policy import Namespace, PodDisruptionBudget, PriorityClass
from kspec.domain.storage import CSINode, PersistentVolume, PersistentVolumeClaim, StorageClass
from kspec.domain.workloads import ReplicaSet, StatefulSet


@dataclass(frozen=True)
class Snapshot:
    """Nodes and pods of a cluster, and the objects that scheduling looks up. Pods with `spec.nodeName` are placed."""

    nodes: tuple[Node, ...] = ()
    pods: tuple[Pod, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    services: tuple[Service, ...] = ()
    replica_sets: tuple[ReplicaSet, ...] = ()
    stateful_sets: tuple[StatefulSet, ...] = ()
    budgets: tuple[PodDisruptionBudget, ...] = ()
    priority_classes: tuple[PriorityClass, ...] = ()
    volumes: tuple[PersistentVolume, ...] = ()
    claims: tuple[PersistentVolumeClaim, ...] = ()
    storage_classes: tuple[StorageClass, ...] = ()
    csi_nodes: tuple[CSINode, ...] = ()
    others: tuple[KubeObject, ...] = ()

    @staticmethod
    def of(resources: Iterable[Resource]) -> Snapshot:
        """Sort objects by kind; kinds that scheduling does not know go to `others`."""
        fields: dict[str, list[KubeObject]] = {name: [] for name in (*_FIELDS.values(), "others")}
        for resource in resources:
            fields[_FIELDS.get(resource.kind, "others")].append(resource.view)
        return Snapshot(**{name: tuple(objects) for name, objects in fields.items()})  # type: ignore[arg-type]


_FIELDS = {
    "Node": "nodes",
    "Pod": "pods",
    "Namespace": "namespaces",
    "Service": "services",
    "ReplicaSet": "replica_sets",
    "StatefulSet": "stateful_sets",
    "PodDisruptionBudget": "budgets",
    "PriorityClass": "priority_classes",
    "PersistentVolume": "volumes",
    "PersistentVolumeClaim": "claims",
    "StorageClass": "storage_classes",
    "CSINode": "csi_nodes",
}
