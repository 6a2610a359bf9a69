"""NodeVolumeLimits: how many volumes of a CSI driver a node can attach, as one more resource.

Upstream: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.36). A volume that several pods of a node mount
counts once; nodes without a CSINode entry for the driver have no limit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kspec.place.draft import Batch, Draft
from kspec.place.problem import SharedMount
from kspec.place.rules.claims import Bound, Made, Use
from kspec.place.rules.node_resources_fit import Amounts

_PREFIX = "attachable-volumes-csi-"
_UNLIMITED = 2**31


def node_volume_limits(draft: Draft, amounts: Amounts) -> Amounts:
    """The amounts with one resource more for each driver that has a limit somewhere."""
    limited = {d.name for n in draft.storage.csi_nodes.values() for d in n.spec.drivers if "count" in d.allocatable}
    for driver in sorted(limited):
        own = [_volumes(batch.uses, driver) for batch in draft.batches]
        if any(own):
            amounts = _with_driver(draft, amounts, driver, own)
    return amounts


def _with_driver(draft: Draft, amounts: Amounts, driver: str, own: list[list[str]]) -> Amounts:
    column = len(amounts.resources)
    limit = np.array([_limit(draft, node.name, driver) for node in draft.nodes], dtype=np.int64)
    taken = np.zeros_like(limit)
    for site in {r.site for r in draft.running}:
        here = (r for r in draft.running if r.site == site)
        taken[site] = len({v for r in here for v in _volumes(r.uses, driver)})
    request = np.zeros(len(draft.batches), dtype=np.int64)
    for batch in draft.batches:
        shared = [v for v in own[batch.index] if _is_shared(draft, batch, v)]
        request[batch.index] = len(own[batch.index]) - len(shared)
        for volume in shared:
            _share(draft, volume, driver, column)
    return Amounts(
        (*amounts.resources, _PREFIX + driver),
        np.column_stack([amounts.total, limit]),
        np.column_stack([amounts.capacity, np.maximum(limit - taken, 0)]),
        np.column_stack([amounts.request, request]),
    )


def _share(draft: Draft, claim: str, driver: str, column: int) -> None:
    groups = tuple(b.index for b in draft.batches if claim in _volumes(b.uses, driver))
    mounted = frozenset(r.site for r in draft.running if claim in _volumes(r.uses, driver))
    rule = SharedMount(groups, column, 1, mounted)
    if rule not in draft.rules:
        draft.rules.append(rule)


def _is_shared(draft: Draft, batch: Batch, claim: str) -> bool:
    uses = sum(claim in claims for b in draft.batches for claims in b.claims)
    uses += any(use.need.claim == claim for r in draft.running for use in r.uses)
    return uses > 1 or (batch.everywhere and claim in batch.claims[0])


def _volumes(uses: Iterable[Use], driver: str) -> list[str]:
    """The claims of these uses that the driver attaches, each once."""
    found: dict[str, None] = {}
    for use in uses:
        match use.need:
            case Bound(claim=claim, volume=volume) if volume.spec.csi and volume.spec.csi.driver == driver:
                found[claim] = None
            case Made(claim=claim, storage_class=storage_class) if (
                storage_class and storage_class.provisioner == driver
            ):
                found[claim] = None
            case _:
                pass
    return list(found)


def _limit(draft: Draft, node: str, driver: str) -> int:
    csi_node = draft.storage.csi_nodes.get(node)
    drivers = csi_node.spec.drivers if csi_node else ()
    return next((d.allocatable["count"] for d in drivers if d.name == driver and "count" in d.allocatable), _UNLIMITED)
