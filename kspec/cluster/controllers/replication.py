"""ReplicationController: what a ReplicaSet is, under its older name.

Upstream: pkg/controller/replication/{replication_controller,conversion}.go (v1.36), the ReplicaSet controller over
converted objects: the status has no place for pods on their way out.
"""

from __future__ import annotations

from typing import ClassVar

from kspec.cluster.controllers.replicaset import ReplicaSetController
from kspec.source.tree import Object


class ReplicationManager(ReplicaSetController):
    name: ClassVar[str] = "replication-controller"
    title: ClassVar[str] = "replicationcontroller"
    kind: ClassVar[str] = "ReplicationController"

    def ending(self, count: int) -> Object:
        return {}
