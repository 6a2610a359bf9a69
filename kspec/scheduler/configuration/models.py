"""The structures of `KubeSchedulerConfiguration`, as they are written. Unknown fields are refused.

Upstream: staging/src/k8s.io/kube-scheduler/config/v1/{types,types_pluginargs}.go,
pkg/scheduler/apis/config/validation (v1.36).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from kspec.domain.pod import NodeAffinity, TopologySpreadConstraint


class Written(BaseModel):
    """A part of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


Model = TypeVar("Model", bound=Written)


def strictly(model: type[Model], data: Mapping[str, Any]) -> Model:
    """The data as a model. Raises pydantic's `ValidationError`, also where a text stands for a number."""
    return model.model_validate_json(json.dumps(data), strict=True)


class PluginRef(Written):
    """A plugin by name. A weight of 0 means that none was given."""

    name: str
    weight: int = Field(default=0, ge=0)


class PluginSet(Written):
    """What is turned on and off at an extension point; `*` turns all defaults off."""

    enabled: tuple[PluginRef, ...] = ()
    disabled: tuple[PluginRef, ...] = ()

    @property
    def off(self) -> frozenset[str]:
        return frozenset(plugin.name for plugin in self.disabled)


class Plugins(Written):
    """Plugin sets by extension point; `multi_point` stands for all points that a plugin has."""

    pre_enqueue: PluginSet = PluginSet()
    queue_sort: PluginSet = PluginSet()
    pre_filter: PluginSet = PluginSet()
    filter: PluginSet = PluginSet()
    post_filter: PluginSet = PluginSet()
    pre_score: PluginSet = PluginSet()
    score: PluginSet = PluginSet()
    reserve: PluginSet = PluginSet()
    permit: PluginSet = PluginSet()
    pre_bind: PluginSet = PluginSet()
    bind: PluginSet = PluginSet()
    post_bind: PluginSet = PluginSet()
    multi_point: PluginSet = PluginSet()


class PluginConfig(Written):
    """A plugin's arguments; which they can be depends on the plugin."""

    name: str
    args: dict[str, Any] = Field(default_factory=dict)


class ProfileModel(Written):
    scheduler_name: str = "default-scheduler"
    percentage_of_nodes_to_score: int | None = Field(default=None, ge=0, le=100)
    plugins: Plugins = Plugins()
    plugin_config: tuple[PluginConfig, ...] = ()


class ConfigurationModel(Written):
    """The document. What does not change decisions (ports, leader election, clients) is accepted and left alone."""

    api_version: Literal["kubescheduler.config.k8s.io/v1"] = "kubescheduler.config.k8s.io/v1"
    kind: Literal["KubeSchedulerConfiguration"] = "KubeSchedulerConfiguration"
    metadata: dict[str, Any] = Field(default_factory=dict)
    parallelism: int = Field(default=16, ge=1)
    leader_election: dict[str, Any] = Field(default_factory=dict)
    client_connection: dict[str, Any] = Field(default_factory=dict)
    enable_profiling: bool = True
    enable_contention_profiling: bool = True
    percentage_of_nodes_to_score: int = Field(default=0, ge=0, le=100)
    pod_initial_backoff_seconds: int = Field(default=1, ge=1)
    pod_max_backoff_seconds: int = Field(default=10, ge=1)
    profiles: tuple[ProfileModel, ...] = (ProfileModel(),)
    extenders: tuple[dict[str, Any], ...] = ()
    delay_cache_until_active: bool = False


class ArgsModel(Written):
    """Arguments may say which kind they are."""

    api_version: str = ""
    kind: str = ""


class ResourceModel(Written):
    name: str
    weight: int = Field(default=1, ge=1, le=100)


class ShapePoint(Written):
    utilization: int = Field(ge=0, le=100)
    score: int = Field(ge=0, le=10)


class RatioModel(Written):
    shape: tuple[ShapePoint, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _grows(self) -> Self:
        points = [point.utilization for point in self.shape]
        if any(b <= a for a, b in pairwise(points)):
            raise ValueError("utilization values must be sorted in increasing order")
        return self


class ScoringStrategyModel(Written):
    type: Literal["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"] = "LeastAllocated"
    resources: tuple[ResourceModel, ...] = (ResourceModel(name="cpu"), ResourceModel(name="memory"))
    requested_to_capacity_ratio: RatioModel | None = None

    @model_validator(mode="after")
    def _has_shape(self) -> Self:
        if self.type == "RequestedToCapacityRatio" and self.requested_to_capacity_ratio is None:
            raise ValueError("RequestedToCapacityRatio needs a shape")
        return self


class NodeResourcesFitArgs(ArgsModel):
    ignored_resources: tuple[str, ...] = ()
    ignored_resource_groups: tuple[str, ...] = ()
    scoring_strategy: ScoringStrategyModel = ScoringStrategyModel()


class BalancedResource(Written):
    name: str
    weight: Literal[1] = 1


class NodeResourcesBalancedAllocationArgs(ArgsModel):
    resources: tuple[BalancedResource, ...] = (BalancedResource(name="cpu"), BalancedResource(name="memory"))


class NodeAffinityArgs(ArgsModel):
    added_affinity: NodeAffinity | None = None


class PodTopologySpreadArgs(ArgsModel):
    default_constraints: tuple[TopologySpreadConstraint, ...] = ()
    defaulting_type: Literal["System", "List"] = "System"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.defaulting_type == "System" and self.default_constraints:
            raise ValueError("when .defaultingType is System, default constraints must be empty")
        if any(c.label_selector is not None for c in self.default_constraints):
            raise ValueError("constraint must not define a selector, as they deduced for each pod")
        return self


class InterPodAffinityArgs(ArgsModel):
    hard_pod_affinity_weight: int = Field(default=1, ge=0, le=100)
    ignore_preferred_terms_of_existing_pods: bool = False


class DefaultPreemptionArgs(ArgsModel):
    min_candidate_nodes_percentage: int = Field(default=10, ge=0, le=100)
    min_candidate_nodes_absolute: int = Field(default=100, ge=0)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.min_candidate_nodes_percentage and not self.min_candidate_nodes_absolute:
            raise ValueError("both minCandidateNodesPercentage and minCandidateNodesAbsolute cannot be zero")
        return self


class VolumeBindingArgs(ArgsModel):
    bind_timeout_seconds: int = Field(default=600, ge=0)
    shape: tuple[ShapePoint, ...] = ()


class DynamicResourcesArgs(ArgsModel):
    filter_timeout: str = "10s"
