"""Sizes that a design gives as a range: an autoscaler may choose any of them, so one proof has to cover all."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.core.system import Parameter
from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.domain.workloads import Deployment, ReplicaSet
from kspec.elaborate.behaviour.things import Workload


def ranges_of(workloads: Iterable[Workload], resources: Iterable[Resource]) -> dict[str, Parameter]:
    """By a workload's id, the parameter that stands for its replicas.

    Only where its pods are interchangeable, and no percentage of the number is asked for: that would not be linear.
    """
    ranges = {}
    autoscalers = [r for r in resources if isinstance(r.view, HorizontalPodAutoscaler)]
    for workload in workloads:
        for resource in autoscalers:
            spec = resource.as_(HorizontalPodAutoscaler).spec
            target = spec.scale_target_ref
            same = (target.kind, target.name, namespace_of(resource)) == (
                workload.kind,
                workload.name,
                workload.namespace,
            )
            if same and spec.min_replicas < spec.max_replicas and _linear(workload):
                name = f"{workload.id}.replicas"
                ranges[workload.id] = Parameter(name, spec.min_replicas, spec.max_replicas)
    return ranges


def _linear(workload: Workload) -> bool:
    match workload.resource.view:
        case Deployment(spec=spec):
            rolling = spec.strategy.rolling_update
            return isinstance(rolling.max_surge, int) and isinstance(rolling.max_unavailable, int)
        case ReplicaSet():
            return True
    return False
