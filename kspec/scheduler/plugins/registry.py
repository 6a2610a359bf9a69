"""The plugins by name, in the order and with the weights of the default profile.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go, pkg/scheduler/framework/plugins/registry.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Sequence

from kspec.scheduler.framework.interface import (
    BindPlugin,
    FilterPlugin,
    PermitPlugin,
    Plugin,
    PostFilterPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)
from kspec.scheduler.framework.profile import Profile
from kspec.scheduler.plugins.default_binder import DefaultBinder
from kspec.scheduler.plugins.default_preemption import DefaultPreemption
from kspec.scheduler.plugins.dynamic_resources import DynamicResources
from kspec.scheduler.plugins.image_locality import ImageLocality
from kspec.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from kspec.scheduler.plugins.node_affinity import NodeAffinity
from kspec.scheduler.plugins.node_name import NodeName
from kspec.scheduler.plugins.node_ports import NodePorts
from kspec.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from kspec.scheduler.plugins.node_resources_fit import NodeResourcesFit
from kspec.scheduler.plugins.node_unschedulable import NodeUnschedulable
from kspec.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from kspec.scheduler.plugins.pod_topology_spread import PodTopologySpread
from kspec.scheduler.plugins.priority_sort import PrioritySort
from kspec.scheduler.plugins.scheduling_gates import SchedulingGates
from kspec.scheduler.plugins.taint_toleration import TaintToleration
from kspec.scheduler.plugins.volume_binding import VolumeBinding
from kspec.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kspec.scheduler.plugins.volume_zone import VolumeZone

DEFAULT_SCHEDULER = "default-scheduler"


def default_plugins() -> list[tuple[Plugin, int]]:
    """New instances with default arguments, each with its weight (0: it does not score)."""
    return [
        (SchedulingGates(), 0),
        (PrioritySort(), 0),
        (NodeUnschedulable(), 0),
        (NodeName(), 0),
        (TaintToleration(), 3),
        (NodeAffinity(), 2),
        (NodePorts(), 0),
        (NodeResourcesFit(), 1),
        (VolumeRestrictions(), 0),
        (NodeVolumeLimits(), 0),
        (VolumeBinding(), 0),
        (VolumeZone(), 0),
        (PodTopologySpread(), 2),
        (InterPodAffinity(), 2),
        (DynamicResources(), 2),
        (DefaultPreemption(), 0),
        (NodeResourcesBalancedAllocation(), 1),
        (ImageLocality(), 1),
        (DefaultBinder(), 0),
    ]


def profile_of(name: str, plugins: Sequence[tuple[Plugin, int]], percentage: int | None = None) -> Profile:
    """A profile in which every plugin serves all the extension points it has."""
    found = [plugin for plugin, _ in plugins]
    return Profile(
        scheduler_name=name,
        queue_sort=next((p for p in found if isinstance(p, QueueSortPlugin)), PrioritySort()),
        pre_enqueue=tuple(p for p in found if isinstance(p, PreEnqueuePlugin)),
        pre_filter=tuple(p for p in found if isinstance(p, PreFilterPlugin)),
        filter=tuple(p for p in found if isinstance(p, FilterPlugin)),
        post_filter=tuple(p for p in found if isinstance(p, PostFilterPlugin)),
        pre_score=tuple(p for p in found if isinstance(p, PreScorePlugin)),
        score=tuple((p, weight) for p, weight in plugins if isinstance(p, ScorePlugin)),
        reserve=tuple(p for p in found if isinstance(p, ReservePlugin)),
        permit=tuple(p for p in found if isinstance(p, PermitPlugin)),
        bind=tuple(p for p in found if isinstance(p, BindPlugin)),
        percentage=percentage,
    )


def default_profile() -> Profile:
    """What a scheduler without configuration runs."""
    return profile_of(DEFAULT_SCHEDULER, default_plugins())
