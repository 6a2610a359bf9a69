"""VolumeBinding and VolumeZone: from where a pod's volumes can be reached, and how many free ones there are.

Upstream: pkg/scheduler/framework/plugins/{volumebinding,volumezone} (v1.36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from kspec.domain.matching import selector_matches
from kspec.domain.node import REGION, ZONE, Node
from kspec.domain.storage import PersistentVolume, StorageClass
from kspec.place import wording
from kspec.place.draft import Batch, Draft
from kspec.place.problem import Mask, Supply, Why
from kspec.place.rules.claims import Bound, Choice, Made, Missing, Use

_ZONE_LABELS = (ZONE, REGION, "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region")
_UNION_LIMIT = 6


def volume_binding(draft: Draft) -> None:
    """Keep each group where its volumes are, and no more pods there than there are volumes."""
    for batch in draft.batches:
        for use in batch.uses:
            _bind(draft, batch, use)
    _supplies(draft)


def reach(draft: Draft, volume: PersistentVolume) -> Mask:
    """The sites that can mount a volume: its node affinity, and the zone labels of old volumes."""
    required = volume.spec.node_affinity.required
    zones = {k: set(v.split("__")) for k, v in volume.metadata.labels.items() if k in _ZONE_LABELS}

    def near(node: Node) -> bool:
        if required is not None and not selector_matches(required, node.labels, node.name):
            return False
        zoned = zones and any(k in node.labels for k in _ZONE_LABELS)
        return not zoned or all(node.labels.get(k) in allowed for k, allowed in zones.items())

    return draft.where(near)


def allowed_topologies(draft: Draft, storage_class: StorageClass) -> Mask:
    """The sites where a class makes volumes."""

    def inside(node: Node) -> bool:
        terms = storage_class.allowed_topologies
        return not terms or any(
            all(node.labels.get(str(e.get("key"))) in e.get("values", ()) for e in term.match_label_expressions)
            for term in terms
        )

    return draft.where(inside)


def _bind(draft: Draft, batch: Batch, use: Use) -> None:
    match use.need:
        case Bound(claim=claim, volume=volume):
            allowed = reach(draft, volume)
            message = f"volume {volume.name} of claim {claim} is out of reach elsewhere"
        case Made(storage_class=None):
            return
        case Made(claim=claim, storage_class=StorageClass() as storage_class):
            allowed = allowed_topologies(draft, storage_class)
            message = f"storage class {storage_class.name} of claim {claim} makes volumes in its topologies only"
        case Choice(claim=claim, candidates=candidates):
            reaches = [reach(draft, draft.storage.volumes[name]) for name in sorted(candidates)]
            allowed = np.logical_or.reduce([np.zeros(len(draft.nodes), dtype=bool), *reaches])
            message = f"claim {claim} takes one of the free volumes {wording.some(sorted(candidates)) or '(none)'}"
        case Missing(claim=claim):
            allowed = np.zeros(len(draft.nodes), dtype=bool)
            message = f"claim {claim} of {batch.label} does not exist"
    requirement = draft.require_of(batch, Why.VOLUME, message, ("volumes",), detail=f"{use.volume}:{use.need.claim}")
    draft.barrier(requirement, batch, allowed)


def _supplies(draft: Draft) -> None:
    """One rule for each region of the free volumes and each set of claims that compete there (Hall's condition)."""
    takes: dict[tuple[int, frozenset[str]], int] = {}
    users = Counter(claim for batch in draft.batches for claims in batch.claims for claim in set(claims))
    for batch in draft.batches:
        for need in {use.need.claim: use.need for use in batch.uses}.values():
            if isinstance(need, Choice) and users[need.claim] == 1:
                key = (batch.index, need.candidates)
                takes[key] = takes.get(key, 0) + 1
    choices = sorted({c for _, c in takes}, key=sorted)
    names = sorted(frozenset().union(*choices))
    reaches = {name: reach(draft, draft.storage.volumes[name]) for name in names}
    regions = _regions(len(draft.nodes), list({mask.tobytes(): mask for mask in reaches.values()}.values()))
    for union in _unions(choices):
        asking = {g: 0 for g, c in takes if c <= union}
        for (group, candidates), count in takes.items():
            if candidates <= union:
                asking[group] += count
        for region in regions:
            limit = sum(1 for name in union if (reaches[name] & region).any())
            _supply(draft, asking, union, region, limit)


def _regions(sites: int, reaches: Sequence[Mask]) -> list[Mask]:
    """Sites that only some of the volumes reach, for each choice of the others; where volumes differ in too many ways,
    what each reaches, and all that any does."""
    whole: Mask = np.logical_or.reduce([np.zeros(sites, dtype=bool), *reaches])
    found = {whole.tobytes(): whole, **{mask.tobytes(): mask for mask in reaches}}
    for size in range(1, len(reaches)) if len(reaches) <= _UNION_LIMIT else ():
        for others in combinations(reaches, size):
            region = whole & ~np.logical_or.reduce(others)
            found.setdefault(region.tobytes(), region)
    return [region for region in found.values() if region.any()]


def _unions(choices: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Every union of candidate sets, or just the sets and their union where there are many."""
    if len(choices) > _UNION_LIMIT:
        return [*choices, frozenset().union(*choices)]
    several = (c for size in range(1, len(choices) + 1) for c in combinations(choices, size))
    return sorted({frozenset().union(*c) for c in several}, key=lambda u: (len(u), sorted(u)))


def _supply(draft: Draft, users: dict[int, int], union: frozenset[str], region: Mask, limit: int) -> None:
    groups = tuple(sorted(users))
    if sum(users[g] * len(draft.batches[g].pods) for g in groups) <= limit:
        return
    sites = [draft.nodes[i].name for i in np.flatnonzero(region).tolist()]
    volumes = wording.some(sorted(union)) or "none"
    message = f"{wording.plural(limit, 'free volume')} can be reached from {wording.some(sites)} (of {volumes})"
    batch = draft.batches[groups[0]]
    requirement = draft.require_of(
        batch, Why.VOLUME, message, ("volumes",), detail=f"supply:{volumes}:{wording.some(sites)}"
    )
    draft.rules.append(Supply(requirement, groups, tuple(users[g] for g in groups), region, limit))
