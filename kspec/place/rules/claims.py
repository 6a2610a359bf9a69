"""What a pod's claims come down to: a volume that exists, one still to be chosen, or one that will be made.

Upstream: pkg/scheduler/framework/plugins/volumebinding/binder.go, pkg/controller/volume/persistentvolume
(v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kspec.domain.pod import PodSpec
from kspec.domain.storage import (
    NO_PROVISIONER,
    CSINode,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    StorageClass,
    serves,
)


@dataclass(frozen=True)
class Storage:
    """Claims by `namespace/name`, volumes and classes by name, attach limits by node."""

    claims: Mapping[str, PersistentVolumeClaim] = field(default_factory=dict)
    volumes: Mapping[str, PersistentVolume] = field(default_factory=dict)
    classes: Mapping[str, StorageClass] = field(default_factory=dict)
    csi_nodes: Mapping[str, CSINode] = field(default_factory=dict)

    @cached_property
    def default_class(self) -> StorageClass | None:
        return next((c for c in self.classes.values() if c.is_default), None)

    @cached_property
    def owner_of(self) -> dict[str, str]:
        """The claim that each taken volume belongs to, by either side's word."""
        owners = {claim.spec.volume_name: key for key, claim in self.claims.items() if claim.spec.volume_name}
        references = ((v.name, v.spec.claim_ref) for v in self.volumes.values())
        return owners | {name: f"{r.namespace}/{r.name}" for name, r in references if r is not None}


@dataclass(frozen=True, slots=True)
class Bound:
    """The claim has its volume."""

    claim: str
    volume: PersistentVolume
    modes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The claim takes one of the free volumes, `candidates` by name."""

    claim: str
    candidates: frozenset[str]
    modes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A volume will be made for the claim, where its class allows; nothing is known of classes outside the design."""

    claim: str
    storage_class: StorageClass | None
    modes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such claim."""

    claim: str


Need = Bound | Choice | Made | Missing


@dataclass(frozen=True, slots=True)
class Use:
    """One volume of a pod: its name in the pod, and what its claim comes down to."""

    volume: str
    need: Need


def uses(
    storage: Storage, spec: PodSpec, namespace: str, pod: str, made: dict[str, PersistentVolumeClaim]
) -> Iterator[Use]:
    """The claims of a pod. `made` are the claims that its StatefulSet makes, by name."""
    for volume in spec.volumes:
        if volume.persistent_volume_claim is not None:
            name = volume.persistent_volume_claim.claim_name
            key = f"{namespace}/{name}"
            claim = storage.claims.get(key) or made.get(name)
            yield Use(volume.name, need(storage, key, claim) if claim else Missing(key))
        elif volume.ephemeral is not None:
            template = volume.ephemeral.volume_claim_template.get("spec", {})
            claim = PersistentVolumeClaim(spec=PersistentVolumeClaimSpec.model_validate(template))
            yield Use(volume.name, need(storage, f"{namespace}/{pod}-{volume.name}", claim))


def need(storage: Storage, key: str, claim: PersistentVolumeClaim) -> Need:
    """What a claim comes down to."""
    modes = claim.spec.access_modes
    volume = _bound_volume(storage, key, claim)
    if volume is not None:
        return Bound(key, volume, modes)
    if claim.spec.volume_name:
        return Made(key, None, modes)
    name = claim.spec.storage_class_name
    storage_class = storage.default_class if name is None else storage.classes.get(name)
    label = storage_class.name if storage_class else name or ""
    free = (v for v in storage.volumes.values() if v.name not in storage.owner_of)
    candidates = frozenset(v.name for v in free if serves(v, claim.spec, label))
    if storage_class is not None and storage_class.provisioner != NO_PROVISIONER:
        return Made(key, storage_class, modes)
    static = (
        storage_class is not None
        or name == ""
        or any(v.spec.storage_class_name == label for v in storage.volumes.values() if label)
    )
    return Choice(key, candidates, modes) if static else Made(key, None, modes)


def _bound_volume(storage: Storage, key: str, claim: PersistentVolumeClaim) -> PersistentVolume | None:
    if claim.spec.volume_name:
        return storage.volumes.get(claim.spec.volume_name)
    return next((v for v in storage.volumes.values() if storage.owner_of.get(v.name) == key), None)
