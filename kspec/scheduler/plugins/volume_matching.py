"""Finds volumes for claims that wait for a node.

Upstream: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go (`FindMatchingVolume`),
pkg/scheduler/framework/plugins/volumebinding/binder.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kspec.domain.node import Node
from kspec.domain.storage import (
    NO_PROVISIONER,
    CSIDriver,
    CSIStorageCapacity,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
    serves,
)
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.plugins.volume_claims import SELECTED_NODE, STORAGE, class_of, reaches


@dataclass(frozen=True, slots=True)
class Match:
    """What a node has for a pod's claims: volumes to bind, claims to provision for; or what is missing."""

    bindings: tuple[tuple[PersistentVolumeClaim, PersistentVolume], ...] = ()
    provisions: tuple[PersistentVolumeClaim, ...] = ()
    found: bool = True
    space: bool = True


def match_claims(claims: Sequence[PersistentVolumeClaim], node: Node, catalog: Catalog) -> Match:
    """The smallest volume for each claim, smaller claims first; the provisioner's turn where there is none."""
    selected = [c for c in claims if SELECTED_NODE in c.metadata.annotations]
    if any(c.metadata.annotations[SELECTED_NODE] != node.name for c in selected):
        return Match(found=False)
    bindings: list[tuple[PersistentVolumeClaim, PersistentVolume]] = []
    provisions = list(selected)
    taken: set[str] = set()
    for claim in sorted((c for c in claims if c not in selected), key=wanted):
        volume = smallest_volume(claim, catalog.volumes.values(), node, taken)
        if volume is None:
            provisions.append(claim)
        else:
            taken.add(volume.name)
            bindings.append((claim, volume))
    for claim in provisions:
        storage_class = catalog.storage_classes.get(class_of(claim))
        if storage_class is None or not _provisions(storage_class, node):
            return Match(found=False)
        if not _has_space(claim, storage_class, node, catalog):
            return Match(space=False)
    return Match(tuple(bindings), tuple(provisions))


def smallest_volume(
    claim: PersistentVolumeClaim, volumes: Iterable[PersistentVolume], node: Node, taken: set[str]
) -> PersistentVolume | None:
    """The volume that is reserved for the claim, or else the smallest free one that meets it, on this node."""
    best: PersistentVolume | None = None
    for volume in volumes:
        if volume.name in taken or volume.metadata.deletion_timestamp is not None:
            continue
        reserved = volume.spec.claim_ref is not None
        if reserved and not _reserved_for(volume, claim):
            continue
        if size(volume) < wanted(claim) or volume.spec.volume_mode != claim.spec.volume_mode:
            continue
        if reserved:
            return volume if reaches(volume, node) else None
        if _fits(volume, claim) and reaches(volume, node) and (best is None or size(volume) < size(best)):
            best = volume
    return best


def wanted(claim: PersistentVolumeClaim) -> Fraction:
    """How many bytes a claim requests."""
    quantity = claim.spec.resources.requests.get(STORAGE)
    return quantity.amount if quantity else Fraction(0)


def size(volume: PersistentVolume) -> Fraction:
    quantity = volume.spec.capacity.get(STORAGE)
    return quantity.amount if quantity else Fraction(0)


def _reserved_for(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    ref = volume.spec.claim_ref
    if ref is None or (ref.namespace, ref.name) != (claim.namespace, claim.name):
        return False
    return not ref.uid or not claim.metadata.uid or ref.uid == claim.metadata.uid


def _fits(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """Whether a free volume is what the claim asks for. A volume that tells no phase is taken to be available."""
    return volume.status.phase in ("", "Available") and serves(volume, claim.spec, class_of(claim))


def _provisions(storage_class: StorageClass, node: Node) -> bool:
    """Whether the class can make a volume that this node can use."""
    if storage_class.provisioner in ("", NO_PROVISIONER):
        return False
    terms = storage_class.allowed_topologies
    return not terms or any(
        all(node.labels.get(str(e["key"])) in e["values"] for e in term.match_label_expressions) for term in terms
    )


def _has_space(claim: PersistentVolumeClaim, storage_class: StorageClass, node: Node, catalog: Catalog) -> bool:
    """Whether the class has enough space left for the claim on this node, if its driver tells."""
    driver = catalog.others.get(("CSIDriver", storage_class.provisioner))
    if not isinstance(driver, CSIDriver) or not driver.spec.storage_capacity or not wanted(claim):
        return True
    capacities = (c for c in catalog.others.values() if isinstance(c, CSIStorageCapacity))
    return any(
        c.storage_class_name == storage_class.name
        and (limit := c.maximum_volume_size or c.capacity) is not None
        and limit.amount >= wanted(claim)
        and c.node_topology is not None
        and c.node_topology.matches(node.labels)
        for c in capacities
    )
