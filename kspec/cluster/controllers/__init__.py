"""The controllers of kube-controller-manager, one a file, under upstream's names."""

from __future__ import annotations

from kspec.cluster.controller import Controller, Manager
from kspec.cluster.controllers.cronjob import CronJobController
from kspec.cluster.controllers.daemonset import DaemonSetController
from kspec.cluster.controllers.deployment import DeploymentController
from kspec.cluster.controllers.disruption import DisruptionController
from kspec.cluster.controllers.endpointslice import EndpointSliceController
from kspec.cluster.controllers.ephemeral_volume import EphemeralVolumeController
from kspec.cluster.controllers.garbage_collector import GarbageCollector
from kspec.cluster.controllers.horizontal_pod_autoscaler import HorizontalController
from kspec.cluster.controllers.job import JobController
from kspec.cluster.controllers.namespace import NamespaceController
from kspec.cluster.controllers.node_lifecycle import NodeLifecycleController
from kspec.cluster.controllers.persistentvolume import PersistentVolumeController
from kspec.cluster.controllers.pod_gc import PodGCController
from kspec.cluster.controllers.replicaset import ReplicaSetController
from kspec.cluster.controllers.replication import ReplicationManager
from kspec.cluster.controllers.resourcequota import ResourceQuotaController
from kspec.cluster.controllers.statefulset import StatefulSetController
from kspec.cluster.controllers.taint_eviction import TaintEvictionController
from kspec.cluster.controllers.ttl_after_finished import TTLAfterFinishedController
from kspec.cluster.controllers.volume_protection import PVCProtectionController, PVProtectionController

CONTROLLERS: tuple[type[Controller], ...] = (
    DeploymentController,
    ReplicaSetController,
    ReplicationManager,
    StatefulSetController,
    DaemonSetController,
    JobController,
    CronJobController,
    HorizontalController,
    EndpointSliceController,
    DisruptionController,
    ResourceQuotaController,
    NodeLifecycleController,
    TaintEvictionController,
    PodGCController,
    PersistentVolumeController,
    PVCProtectionController,
    PVProtectionController,
    EphemeralVolumeController,
    NamespaceController,
    TTLAfterFinishedController,
    GarbageCollector,
)


def start(manager: Manager) -> list[Controller]:
    """Start all controllers."""
    return [controller(manager) for controller in CONTROLLERS]
