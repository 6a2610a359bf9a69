"""Workloads: what makes pods.

Upstream: staging/src/k8s.io/api/apps/v1/types.go, batch/v1/types.go (v1.36).
"""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from kspec.domain.base import Kube, KubeObject
from kspec.domain.labels import LabelSelector
from kspec.domain.pod import PodTemplate
from kspec.domain.storage import PersistentVolumeClaim

IntOrPercent = int | str
_LONGEST = 20
"""Digits of a number that 64 bits do not hold: upstream's `Atoi` fails on it, and it counts as nothing."""


def resolve_percent(value: IntOrPercent, total: int, *, round_up: bool) -> int:
    """`25%` of a total as a whole number (upstream `GetScaledValueFromIntOrPercent`).

    Text that is no percentage counts as nothing: validation has refused it by the time anyone acts on it.
    """
    if isinstance(value, int):
        return value
    number = value.removesuffix("%")
    counts = number.isascii() and number.isdigit() and len(number) < _LONGEST
    share = int(number) * total if counts else 0
    return math.ceil(share / 100) if round_up else share // 100


class RollingUpdateDeployment(Kube):
    max_surge: IntOrPercent = "25%"
    max_unavailable: IntOrPercent = "25%"

    def resolve(self, replicas: int) -> tuple[int, int]:
        """(surge, unavailable) as numbers; both zero becomes unavailable 1 (upstream `ResolveFenceposts`)."""
        surge = resolve_percent(self.max_surge, replicas, round_up=True)
        unavailable = resolve_percent(self.max_unavailable, replicas, round_up=False)
        return surge, (1 if surge == 0 and unavailable == 0 else unavailable)


class DeploymentStrategy(Kube):
    type: Literal["RollingUpdate", "Recreate"] = "RollingUpdate"
    rolling_update: RollingUpdateDeployment = Field(default_factory=RollingUpdateDeployment)


class DeploymentSpec(Kube):
    replicas: int = 1
    selector: LabelSelector = Field(default_factory=LabelSelector)
    template: PodTemplate = Field(default_factory=PodTemplate)
    strategy: DeploymentStrategy = Field(default_factory=DeploymentStrategy)
    min_ready_seconds: int = 0
    revision_history_limit: int = 10
    progress_deadline_seconds: int = 600
    paused: bool = False


class Deployment(KubeObject):
    spec: DeploymentSpec


class ReplicaSetSpec(Kube):
    replicas: int = 1
    selector: LabelSelector = Field(default_factory=LabelSelector)
    template: PodTemplate = Field(default_factory=PodTemplate)
    min_ready_seconds: int = 0


class ReplicaSet(KubeObject):
    spec: ReplicaSetSpec


class RollingUpdateStatefulSet(Kube):
    partition: int = 0
    max_unavailable: IntOrPercent | None = None


class StatefulSetUpdateStrategy(Kube):
    type: Literal["RollingUpdate", "OnDelete"] = "RollingUpdate"
    rolling_update: RollingUpdateStatefulSet = Field(default_factory=RollingUpdateStatefulSet)


class StatefulSetOrdinals(Kube):
    start: int = 0


class StatefulSetSpec(Kube):
    replicas: int = 1
    selector: LabelSelector = Field(default_factory=LabelSelector)
    template: PodTemplate = Field(default_factory=PodTemplate)
    service_name: str = ""
    pod_management_policy: Literal["OrderedReady", "Parallel"] = "OrderedReady"
    update_strategy: StatefulSetUpdateStrategy = Field(default_factory=StatefulSetUpdateStrategy)
    volume_claim_templates: tuple[PersistentVolumeClaim, ...] = ()
    ordinals: StatefulSetOrdinals = Field(default_factory=StatefulSetOrdinals)
    min_ready_seconds: int = 0


class StatefulSet(KubeObject):
    spec: StatefulSetSpec


class RollingUpdateDaemonSet(Kube):
    max_surge: IntOrPercent = 0
    max_unavailable: IntOrPercent = 1


class DaemonSetUpdateStrategy(Kube):
    type: Literal["RollingUpdate", "OnDelete"] = "RollingUpdate"
    rolling_update: RollingUpdateDaemonSet = Field(default_factory=RollingUpdateDaemonSet)


class DaemonSetSpec(Kube):
    selector: LabelSelector = Field(default_factory=LabelSelector)
    template: PodTemplate = Field(default_factory=PodTemplate)
    update_strategy: DaemonSetUpdateStrategy = Field(default_factory=DaemonSetUpdateStrategy)
    min_ready_seconds: int = 0


class DaemonSet(KubeObject):
    spec: DaemonSetSpec


class JobSpec(Kube):
    parallelism: int = 1
    completions: int | None = None
    completion_mode: Literal["NonIndexed", "Indexed"] = "NonIndexed"
    backoff_limit: int = 6
    backoff_limit_per_index: int | None = None
    max_failed_indexes: int | None = None
    active_deadline_seconds: int | None = None
    suspend: bool = False
    template: PodTemplate = Field(default_factory=PodTemplate)
    selector: LabelSelector = Field(default_factory=LabelSelector)


class Job(KubeObject):
    spec: JobSpec


class JobTemplate(Kube):
    spec: JobSpec


class CronJobSpec(Kube):
    schedule: str = ""
    time_zone: str | None = None
    concurrency_policy: Literal["Allow", "Forbid", "Replace"] = "Allow"
    suspend: bool = False
    job_template: JobTemplate


class CronJob(KubeObject):
    spec: CronJobSpec


Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | Job | CronJob
