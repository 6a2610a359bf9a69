"""The claims of workloads' pods, with the classes and volumes behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kspec.domain.expansion import PodSet, namespace_of
from kspec.domain.objects import Resource
from kspec.domain.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from kspec.elaborate.behaviour.things import Claim, Workload


class Claims:
    """Per workload and ordinal the claims that its pods use."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._classes = [r.as_(StorageClass) for r in resources if isinstance(r.view, StorageClass)]
        self._volumes = [r.as_(PersistentVolume) for r in resources if isinstance(r.view, PersistentVolume)]
        self._written = {(namespace_of(r), r.name): r for r in resources if isinstance(r.view, PersistentVolumeClaim)}
        self._of: dict[tuple[str, int | None], tuple[Claim, ...]] = {}
        self.all: list[Claim] = []

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
        volume = next((v for v in self._volumes if self._binds(v, namespace, resource.name, spec.volume_name)), None)
        claim = Claim(
            "PersistentVolumeClaim",
            namespace,
            resource.name,
            f"claim/{namespace}/{resource.name}",
            resource,
            storage=self._class(spec.storage_class_name),
            volume=volume,
        )
        self.all.append(claim)
        return claim

    def _class(self, name: str | None) -> StorageClass | None:
        if name is None:
            return next((c for c in self._classes if c.is_default), None)
        return next((c for c in self._classes if c.name == name), None)

    @staticmethod
    def _binds(volume: PersistentVolume, namespace: str, name: str, volume_name: str) -> bool:
        bound = volume.spec.claim_ref
        by_claim = bound is not None and (bound.namespace or "default", bound.name) == (namespace, name)
        return by_claim or (volume_name != "" and volume.name == volume_name)
