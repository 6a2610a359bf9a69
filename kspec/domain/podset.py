"""The pods of one workload.

Pods of a Deployment, ReplicaSet, Job or CronJob are named `<name>-1` to `<name>-n`, of a StatefulSet by ordinal, of a
DaemonSet `<name>-<node>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.domain.base import ObjectMeta
from kspec.domain.objects import Resource
from kspec.domain.pod import PersistentVolumeClaimSource, Pod, PodSpec, PodTemplate, Volume
from kspec.domain.storage import PersistentVolumeClaim
from kspec.source.tree import Path


@dataclass(frozen=True, slots=True)
class Replicas:
    """How many pods a workload asks for, the field that says so, and why where it is not that workload's own field."""

    count: int
    at: Path
    object: Resource
    note: str = ""


@dataclass(frozen=True, slots=True)
class PodSet:
    """The pods of one workload. `names` are those that have no node yet; `running` those that are there already.

    `everywhere` marks a DaemonSet: one pod on each node that its template admits; its `names` are empty.
    `template_at` leads to the pod template in the manifest (empty for a bare pod).
    """

    resource: Resource
    namespace: str
    template: PodTemplate
    names: tuple[str, ...]
    replicas: Replicas
    running: tuple[Pod, ...] = ()
    everywhere: bool = False
    template_at: Path = ("spec", "template")
    claims: tuple[PersistentVolumeClaim, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        return self.resource.kind

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def workload(self) -> str:
        """`namespace/Kind/name`."""
        return f"{self.namespace}/{self.kind}/{self.name}"

    @property
    def spec_at(self) -> Path:
        """The path of the pod spec in the manifest."""
        return (*self.template_at, "spec")

    def spec_of(self, name: str) -> PodSpec:
        """A pod's spec. Pods share it, unless claim templates give each pod volumes of its own."""
        spec = self.template.spec
        if not self.claims:
            return spec
        own = {claim.name for claim in self.claims}
        volumes = [v for v in spec.volumes if v.name not in own]
        for claim in self.claims:
            source = PersistentVolumeClaimSource(claim_name=f"{claim.name}-{name}")
            volumes.append(Volume(name=claim.name, persistent_volume_claim=source))
        return spec.model_copy(update={"volumes": tuple(volumes)})

    def pod(self, name: str) -> Pod:
        """The typed view of one of the pods."""
        return self._like(name, ObjectMeta(namespace=self.namespace, labels=self.template.metadata.labels), Pod())

    def pods(self) -> tuple[Pod, ...]:
        """The pods that have no node yet."""
        metadata = ObjectMeta(namespace=self.namespace, labels=self.template.metadata.labels)
        pod = Pod(api_version="v1", kind="Pod", metadata=metadata)
        return tuple(self._like(name, metadata, pod) for name in self.names)

    def _like(self, name: str, metadata: ObjectMeta, pod: Pod) -> Pod:
        """A pod made by copying, which is an order of magnitude cheaper than validating."""
        named = metadata.model_copy(update={"name": name})
        return pod.model_copy(
            update={"api_version": "v1", "kind": "Pod", "metadata": named, "spec": self.spec_of(name)}
        )
