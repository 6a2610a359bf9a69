"""What can happen in a cluster that may make a waiting pod schedulable.

Upstream: pkg/scheduler/framework/events.go, pkg/scheduler/eventhandlers.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kspec.domain.base import KubeObject
from kspec.domain.node import Node
from kspec.scheduler.framework.podinfo import PodInfo


@dataclass(frozen=True, slots=True)
class PodPlaced:
    """A pod is on a node."""

    pod: PodInfo


@dataclass(frozen=True, slots=True)
class PodGone:
    """A pod has left its node."""

    pod: PodInfo


@dataclass(frozen=True, slots=True)
class NodeAdded:
    node: Node


@dataclass(frozen=True, slots=True)
class NodeChanged:
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class NodeGone:
    node: Node


@dataclass(frozen=True, slots=True)
class ObjectPut:
    """Another object was created or changed."""

    item: KubeObject


Event: TypeAlias = PodPlaced | PodGone | NodeAdded | NodeChanged | NodeGone | ObjectPut
