"""Pods: the fields that scheduling, lifecycle and networking read.

Upstream: staging/src/k8s.io/api/core/v1/types.go (v1.36).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kspec.domain.base import Kube, KubeObject, ObjectMeta
from kspec.domain.labels import LabelSelector, Requirement
from kspec.domain.quantity import Quantity

ResourceList = dict[str, Quantity]


class ResourceClaimRef(Kube):
    """A container's use of a pod-level resource claim."""

    name: str
    request: str = ""


class ResourceRequirements(Kube):
    """`resources` of a container or a pod."""

    requests: ResourceList = Field(default_factory=dict)
    limits: ResourceList = Field(default_factory=dict)
    claims: tuple[ResourceClaimRef, ...] = ()


class ContainerPort(Kube):
    container_port: int
    name: str = ""
    host_port: int = 0
    host_ip: str = Field(default="", alias="hostIP")
    protocol: str = "TCP"


class HTTPGetAction(Kube):
    port: int | str
    path: str = "/"
    scheme: str = "HTTP"


class Probe(Kube):
    """A probe; which handler it has is told by the field that is set. Times in seconds."""

    http_get: HTTPGetAction | None = None
    tcp_socket: dict[str, int | str] | None = None
    exec: dict[str, tuple[str, ...]] | None = None
    grpc: dict[str, int | str | None] | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    timeout_seconds: int = 1
    success_threshold: int = 1
    failure_threshold: int = 3


class VolumeMount(Kube):
    name: str
    mount_path: str = ""
    read_only: bool = False


class KeyRef(Kube):
    """A key of a ConfigMap or Secret."""

    name: str = ""
    key: str = ""
    optional: bool = False


class EnvVarSource(Kube):
    config_map_key_ref: KeyRef | None = None
    secret_key_ref: KeyRef | None = None


class EnvVar(Kube):
    name: str
    value: str = ""
    value_from: EnvVarSource | None = None


class EnvFromSource(Kube):
    config_map_ref: KeyRef | None = None
    secret_ref: KeyRef | None = None


class Container(Kube):
    """A container. `restart_policy: Always` on an init container makes it a sidecar."""

    name: str
    image: str = ""
    image_pull_policy: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFromSource, ...] = ()
    resources: ResourceRequirements = Field(default_factory=ResourceRequirements)
    volume_mounts: tuple[VolumeMount, ...] = ()
    readiness_probe: Probe | None = None
    liveness_probe: Probe | None = None
    startup_probe: Probe | None = None
    restart_policy: str | None = None

    @property
    def is_sidecar(self) -> bool:
        """Whether this init container keeps running next to the main containers."""
        return self.restart_policy == "Always"


class NodeSelectorTerm(Kube):
    """All expressions and fields must hold; a term with neither matches no node."""

    match_expressions: tuple[Requirement, ...] = ()
    match_fields: tuple[Requirement, ...] = ()


class NodeSelector(Kube):
    """Terms are alternatives."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


class PreferredSchedulingTerm(Kube):
    weight: int
    preference: NodeSelectorTerm


class NodeAffinity(Kube):
    required: NodeSelector | None = Field(default=None, alias="requiredDuringSchedulingIgnoredDuringExecution")
    preferred: tuple[PreferredSchedulingTerm, ...] = Field(
        default=(), alias="preferredDuringSchedulingIgnoredDuringExecution"
    )


class PodAffinityTerm(Kube):
    """Pods that match `label_selector` in the namespaces named, within one domain of `topology_key`.

    A missing selector matches no pod; an empty `namespace_selector` matches every namespace.
    """

    topology_key: str
    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    mismatch_label_keys: tuple[str, ...] = ()


class WeightedPodAffinityTerm(Kube):
    weight: int
    pod_affinity_term: PodAffinityTerm


class PodAffinity(Kube):
    required: tuple[PodAffinityTerm, ...] = Field(default=(), alias="requiredDuringSchedulingIgnoredDuringExecution")
    preferred: tuple[WeightedPodAffinityTerm, ...] = Field(
        default=(), alias="preferredDuringSchedulingIgnoredDuringExecution"
    )


class Affinity(Kube):
    node_affinity: NodeAffinity = Field(default_factory=NodeAffinity)
    pod_affinity: PodAffinity = Field(default_factory=PodAffinity)
    pod_anti_affinity: PodAffinity = Field(default_factory=PodAffinity)


class Toleration(Kube):
    """An empty key with `Exists` tolerates everything; an empty effect, every effect."""

    key: str = ""
    operator: Literal["", "Equal", "Exists", "Lt", "Gt"] = "Equal"
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class TopologySpreadConstraint(Kube):
    max_skew: int
    topology_key: str
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"] = "DoNotSchedule"
    label_selector: LabelSelector | None = None
    min_domains: int | None = None
    node_affinity_policy: Literal["Honor", "Ignore"] = "Honor"
    node_taints_policy: Literal["Honor", "Ignore"] = "Ignore"
    match_label_keys: tuple[str, ...] = ()


class PersistentVolumeClaimSource(Kube):
    claim_name: str
    read_only: bool = False


class EphemeralSource(Kube):
    """A generic ephemeral volume: a claim made for the pod, named `<pod>-<volume>`."""

    volume_claim_template: dict[str, object] = Field(default_factory=dict)


class Volume(Kube):
    """A volume. Sources that nobody here looks at are not modelled."""

    name: str
    persistent_volume_claim: PersistentVolumeClaimSource | None = None
    ephemeral: EphemeralSource | None = None
    config_map: dict[str, object] | None = None
    secret: dict[str, object] | None = None
    gce_persistent_disk: dict[str, object] | None = Field(default=None, alias="gcePersistentDisk")
    aws_elastic_block_store: dict[str, object] | None = Field(default=None, alias="awsElasticBlockStore")
    iscsi: dict[str, object] | None = None
    rbd: dict[str, object] | None = None


class SchedulingGate(Kube):
    name: str


class PodResourceClaim(Kube):
    name: str
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


class PodSpec(Kube):
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    node_name: str = ""
    node_selector: dict[str, str] = Field(default_factory=dict)
    affinity: Affinity = Field(default_factory=Affinity)
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    scheduler_name: str = "default-scheduler"
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    priority: int | None = None
    priority_class_name: str = ""
    preemption_policy: str = "PreemptLowerPriority"
    overhead: ResourceList = Field(default_factory=dict)
    resources: ResourceRequirements = Field(default_factory=ResourceRequirements)
    resource_claims: tuple[PodResourceClaim, ...] = ()
    host_network: bool = False
    restart_policy: str = "Always"
    service_account_name: str = ""
    termination_grace_period_seconds: int = 30
    runtime_class_name: str = ""


class PodTemplate(Kube):
    """`spec.template` of a workload."""

    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PodSpec = Field(default_factory=PodSpec)


class PodCondition(Kube):
    type: str
    status: str
    reason: str = ""
    message: str = ""


class PodStatus(Kube):
    phase: str = ""
    conditions: tuple[PodCondition, ...] = ()
    nominated_node_name: str = ""
    start_time: str | None = None


class Pod(KubeObject):
    spec: PodSpec = Field(default_factory=PodSpec)
    status: PodStatus = Field(default_factory=PodStatus)
