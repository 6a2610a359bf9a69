"""The controllers of kube-controller-manager, one a file, under upstream's names."""

from __future__ import annotations

from kspec.cluster.controller import Controller, Manager
from kspec.cluster.controllers.daemonset import DaemonSetController
from kspec.cluster.controllers.deployment import DeploymentController
from kspec.cluster.controllers.disruption import DisruptionController
from kspec.cluster.controllers.endpointslice import EndpointSliceController
from kspec.cluster.controllers.job import JobController
from kspec.cluster.controllers.node_lifecycle import NodeLifecycleController
from kspec.cluster.controllers.replicaset import ReplicaSetController
from kspec.cluster.controllers.resourcequota import ResourceQuotaController
from kspec.cluster.controllers.statefulset import StatefulSetController

CONTROLLERS: tuple[type[Controller], ...] = (
    DeploymentController,
    ReplicaSetController,
    StatefulSetController,
    DaemonSetController,
    JobController,
    EndpointSliceController,
    DisruptionController,
    ResourceQuotaController,
    NodeLifecycleController,
)


def start(manager: Manager) -> list[Controller]:
    """Start all controllers."""
    return [controller(manager) for controller in CONTROLLERS]
