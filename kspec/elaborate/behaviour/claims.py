"""The claims of workloads' pods, with the classes and volumes behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from kspec.domain.expansion import PodSet, namespace_of
from kspec.domain.objects import Resource
from kspec.domain.storage import (
    NO_PROVISIONER,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    StorageClass,
    serves,
)
from kspec.elaborate.behaviour.things import Claim, Workload


class Claims:
    """Per workload and ordinal the claims that its pods use."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._classes = [r.as_(StorageClass) for r in resources if isinstance(r.view, StorageClass)]
        self._volumes = [r.as_(PersistentVolume) for r in resources if isinstance(r.view, PersistentVolume)]
        self._written = {(namespace_of(r), r.name): r for r in resources if isinstance(r.view, PersistentVolumeClaim)}
        self._of: dict[tuple[str, int | None], tuple[Claim, ...]] = {}
        self.all: list[Claim] = []
        self.remarks: list[str] = []
        """What was assumed about them."""

    def add(self, workload: Workload, pods: PodSet) -> None:
        """Make the claims of a workload's pods: one for each claim template and ordinal, and those it names."""
        for ordinal in workload.ordinals:
            made = [self._from_template(claim, workload, ordinal) for claim in pods.claims]
            self._of[workload.id, ordinal] = (*made, *self._named(workload, pods))

    def of(self, workload: Workload, ordinal: int | None) -> tuple[Claim, ...]:
        """The claims of a pod."""
        return self._of.get((workload.id, ordinal), ())

    def _named(self, workload: Workload, pods: PodSet) -> Iterable[Claim]:
        for volume in pods.template.spec.volumes:
            source = volume.persistent_volume_claim
            resource = self._written.get((workload.namespace, source.claim_name)) if source is not None else None
            if resource is not None:
                yield self._claim(workload.namespace, resource)

    def _from_template(self, template: PersistentVolumeClaim, workload: Workload, ordinal: int | None) -> Claim:
        name = f"{template.name}-{workload.name}-{ordinal}"
        resource = self._written.get((workload.namespace, name))
        if resource is None:
            spec = template.model_dump(by_alias=True)["spec"]
            metadata = {"name": name, "namespace": workload.namespace}
            manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
            resource = Resource(manifest)
        return self._claim(workload.namespace, resource)

    def _claim(self, namespace: str, resource: Resource) -> Claim:
        known = next((c for c in self.all if (c.namespace, c.name) == (namespace, resource.name)), None)
        if known is not None:
            return known
        spec = resource.as_(PersistentVolumeClaim).spec
        storage = self._class(spec.storage_class_name)
        volume = next((v for v in self._volumes if self._binds(v, namespace, resource.name, spec.volume_name)), None)
        volume = volume or self._found(resource, spec, storage)
        claim = Claim(
            "PersistentVolumeClaim",
            namespace,
            resource.name,
            f"claim/{namespace}/{resource.name}",
            resource,
            storage=storage,
            volume=volume,
        )
        self.all.append(claim)
        return claim

    def _found(
        self, resource: Resource, claim: PersistentVolumeClaimSpec, storage: StorageClass | None
    ) -> PersistentVolume | None:
        """The volume of the design that a claim gets for which none is made: the smallest that serves, in the order of
        the claims.

        Upstream lets the node of the first pod decide between volumes that not all nodes reach; here the order does,
        and a remark says so.
        """
        name = storage.name if storage else claim.storage_class_name or ""
        if claim.volume_name or (storage is not None and storage.provisioner != NO_PROVISIONER):
            return None
        taken = [c.volume for c in self.all]
        free = [v for v in self._volumes if v.spec.claim_ref is None and v not in taken and serves(v, claim, name)]
        found = min(free, key=_size, default=None)
        if found is not None and len({v.spec.node_affinity.model_dump_json() for v in free}) > 1:
            self.remarks.append(f"claim {resource.name} has volume {found.name}; others would serve it on other nodes")
        return found

    def _class(self, name: str | None) -> StorageClass | None:
        if name is None:
            return next((c for c in self._classes if c.is_default), None)
        return next((c for c in self._classes if c.name == name), None)

    @staticmethod
    def _binds(volume: PersistentVolume, namespace: str, name: str, volume_name: str) -> bool:
        bound = volume.spec.claim_ref
        by_claim = bound is not None and (bound.namespace or "default", bound.name) == (namespace, name)
        return by_claim or (volume_name != "" and volume.name == volume_name)


def _size(volume: PersistentVolume) -> Fraction:
    size = volume.spec.capacity.get("storage")
    return size.amount if size is not None else Fraction(0)
