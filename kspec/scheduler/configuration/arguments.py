"""From a plugin's name and arguments to the plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kspec.scheduler.configuration import models
from kspec.scheduler.framework.interface import Plugin
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
from kspec.scheduler.plugins.scoring_strategies import (
    LeastAllocated,
    MostAllocated,
    RequestedToCapacityRatio,
    ScoredResource,
    Strategy,
)
from kspec.scheduler.plugins.taint_toleration import TaintToleration
from kspec.scheduler.plugins.volume_binding import VolumeBinding
from kspec.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kspec.scheduler.plugins.volume_zone import VolumeZone

Args = TypeVar("Args", bound=models.ArgsModel)


@dataclass(frozen=True, slots=True)
class PluginType:
    """How a plugin is made: `build` takes its arguments and raises pydantic's `ValidationError` where they are wrong.

    `weight` is that of the default profile; 0 for a plugin that does not score.
    """

    build: Callable[[Mapping[str, Any]], Plugin]
    weight: int = 0


def _plain(make: Callable[[], Plugin], weight: int = 0) -> PluginType:
    """A plugin without arguments."""

    def build(args: Mapping[str, Any]) -> Plugin:
        models.strictly(models.ArgsModel, args)
        return make()

    return PluginType(build, weight)


def _with(model: type[Args], make: Callable[[Args], Plugin], weight: int = 0) -> PluginType:
    return PluginType(lambda args: make(models.strictly(model, args)), weight)


def _fit(args: models.NodeResourcesFitArgs) -> Plugin:
    wanted = args.scoring_strategy
    resources = tuple(ScoredResource(r.name, r.weight) for r in wanted.resources)
    strategy: Strategy
    if wanted.type == "MostAllocated":
        strategy = MostAllocated(resources)
    elif wanted.requested_to_capacity_ratio is not None and wanted.type == "RequestedToCapacityRatio":
        shape = tuple((point.utilization, point.score) for point in wanted.requested_to_capacity_ratio.shape)
        strategy = RequestedToCapacityRatio(resources, shape)
    else:
        strategy = LeastAllocated(resources)
    return NodeResourcesFit(strategy, frozenset(args.ignored_resources), frozenset(args.ignored_resource_groups))


def _balanced(args: models.NodeResourcesBalancedAllocationArgs) -> Plugin:
    return NodeResourcesBalancedAllocation(tuple(ScoredResource(r.name) for r in args.resources))


def _spread(args: models.PodTopologySpreadArgs) -> Plugin:
    return PodTopologySpread(None if args.defaulting_type == "System" else args.default_constraints)


def _affinity(args: models.InterPodAffinityArgs) -> Plugin:
    return InterPodAffinity(args.hard_pod_affinity_weight, ignore_existing=args.ignore_preferred_terms_of_existing_pods)


def _preemption(args: models.DefaultPreemptionArgs) -> Plugin:
    return DefaultPreemption(args.min_candidate_nodes_percentage, args.min_candidate_nodes_absolute)


PLUGINS: Mapping[str, PluginType] = {
    "SchedulingGates": _plain(SchedulingGates),
    "PrioritySort": _plain(PrioritySort),
    "NodeUnschedulable": _plain(NodeUnschedulable),
    "NodeName": _plain(NodeName),
    "TaintToleration": _plain(TaintToleration, 3),
    "NodeAffinity": _with(models.NodeAffinityArgs, lambda args: NodeAffinity(args.added_affinity), 2),
    "NodePorts": _plain(NodePorts),
    "NodeResourcesFit": _with(models.NodeResourcesFitArgs, _fit, 1),
    "VolumeRestrictions": _plain(VolumeRestrictions),
    "NodeVolumeLimits": _plain(NodeVolumeLimits),
    "VolumeBinding": _with(models.VolumeBindingArgs, lambda args: VolumeBinding()),
    "VolumeZone": _plain(VolumeZone),
    "PodTopologySpread": _with(models.PodTopologySpreadArgs, _spread, 2),
    "InterPodAffinity": _with(models.InterPodAffinityArgs, _affinity, 2),
    "DynamicResources": _with(models.DynamicResourcesArgs, lambda args: DynamicResources(), 2),
    "DefaultPreemption": _with(models.DefaultPreemptionArgs, _preemption),
    "NodeResourcesBalancedAllocation": _with(models.NodeResourcesBalancedAllocationArgs, _balanced, 1),
    "ImageLocality": _plain(ImageLocality, 1),
    "DefaultBinder": _plain(DefaultBinder),
}
"""The plugins in the order of the default profile.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go, pkg/scheduler/framework/plugins/registry.go (v1.36).
"""
