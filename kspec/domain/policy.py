"""Objects that bound or steer workloads: budgets, autoscalers, priorities, quotas, namespaces, configuration.

Upstream: staging/src/k8s.io/api/{policy/v1,autoscaling/v2,scheduling/v1,node/v1,core/v1}/types.go (v1.36).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kspec.domain.base import Kube, KubeObject
from kspec.domain.labels import LabelSelector
from kspec.domain.pod import ResourceList, Toleration
from kspec.domain.quantity import Quantity


class PodDisruptionBudgetSpec(Kube):
    min_available: int | str | None = None
    max_unavailable: int | str | None = None
    selector: LabelSelector | None = None
    unhealthy_pod_eviction_policy: Literal["IfHealthyBudget", "AlwaysAllow"] = "IfHealthyBudget"


class PodDisruptionBudgetStatus(Kube):
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    disrupted_pods: dict[str, str] = Field(default_factory=dict)


class PodDisruptionBudget(KubeObject):
    spec: PodDisruptionBudgetSpec = Field(default_factory=PodDisruptionBudgetSpec)
    status: PodDisruptionBudgetStatus = Field(default_factory=PodDisruptionBudgetStatus)


class ScaleTargetRef(Kube):
    kind: str
    name: str
    api_version: str = ""


class MetricTarget(Kube):
    type: str = "Utilization"
    average_utilization: int | None = None
    average_value: Quantity | None = None
    value: Quantity | None = None


class ResourceMetric(Kube):
    name: str
    target: MetricTarget


class Metric(Kube):
    type: str
    resource: ResourceMetric | None = None


class ScalingPolicy(Kube):
    """How far a target may go within a period: a number of pods, or per cent of them."""

    type: str
    value: int
    period_seconds: int = 15


class ScalingRules(Kube):
    stabilization_window_seconds: int | None = None
    select_policy: str = "Max"
    policies: tuple[ScalingPolicy, ...] = ()
    tolerance: str | int | float | None = None


class ScalingBehavior(Kube):
    scale_up: ScalingRules | None = None
    scale_down: ScalingRules | None = None


class HorizontalPodAutoscalerSpec(Kube):
    scale_target_ref: ScaleTargetRef
    min_replicas: int = 1
    max_replicas: int
    metrics: tuple[Metric, ...] = ()
    behavior: ScalingBehavior | None = None

    @property
    def cpu_target(self) -> int | None:
        """The CPU utilization it aims at, in per cent of the requests; None where it follows something else."""
        found = (m.resource for m in self.metrics if m.resource is not None and m.resource.name == "cpu")
        return next((resource.target.average_utilization for resource in found), None)


class HorizontalPodAutoscaler(KubeObject):
    spec: HorizontalPodAutoscalerSpec


SYSTEM_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The classes that every cluster has, with their values (upstream pkg/apis/scheduling/v1/helpers.go, v1.36)."""


class PriorityClass(KubeObject):
    value: int = 0
    global_default: bool = False
    preemption_policy: str = "PreemptLowerPriority"


class ResourceQuotaSpec(Kube):
    hard: ResourceList = Field(default_factory=dict)


class ResourceQuotaStatus(Kube):
    hard: ResourceList = Field(default_factory=dict)
    used: ResourceList = Field(default_factory=dict)


class ResourceQuota(KubeObject):
    spec: ResourceQuotaSpec = Field(default_factory=ResourceQuotaSpec)
    status: ResourceQuotaStatus = Field(default_factory=ResourceQuotaStatus)


class Namespace(KubeObject):
    pass


class ConfigMap(KubeObject):
    data: dict[str, str] = Field(default_factory=dict)
    binary_data: dict[str, str] = Field(default_factory=dict)


class Secret(KubeObject):
    type: str = "Opaque"
    data: dict[str, str] = Field(default_factory=dict)
    string_data: dict[str, str] = Field(default_factory=dict)


class RuntimeClassOverhead(Kube):
    pod_fixed: ResourceList = Field(default_factory=dict)


class RuntimeClassScheduling(Kube):
    node_selector: dict[str, str] = Field(default_factory=dict)
    tolerations: tuple[Toleration, ...] = ()


class RuntimeClass(KubeObject):
    handler: str = ""
    overhead: RuntimeClassOverhead = Field(default_factory=RuntimeClassOverhead)
    scheduling: RuntimeClassScheduling = Field(default_factory=RuntimeClassScheduling)
