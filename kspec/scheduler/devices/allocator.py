"""Gives devices to claims on one node: the first combination in which every request is met.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/structured/allocator.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kspec.domain.devices import (
    DeviceClass,
    DeviceConstraint,
    DeviceRequest,
    DeviceRequestAllocationResult,
    ExactDeviceRequest,
    ResourceClaim,
)
from kspec.domain.matching import HARD_EFFECTS, untolerated
from kspec.domain.node import Node
from kspec.scheduler.devices.inventory import DeviceId, Entry
from kspec.scheduler.framework.catalog import Catalog

MAX_ALTERNATIVES = 8
_MAX_TRIES = 20_000
"""How many combinations are tried before a node is given up."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request of one claim in one of its forms. `rank` is the place among alternatives."""

    claim: int
    name: str
    request: ExactDeviceRequest
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What each claim gets, and how well alternatives were met: 8 for each first choice, 7 for a second."""

    results: tuple[tuple[DeviceRequestAllocationResult, ...], ...]
    score: int


@dataclass(slots=True)
class _Search:
    claims: Sequence[ResourceClaim]
    node: Node
    catalog: Catalog
    entries: Sequence[Entry]
    taken: set[DeviceId]
    given: list[tuple[Wish, Entry]] = field(default_factory=list)
    tries: int = 0

    def run(self, left: Sequence[tuple[int, DeviceRequest]]) -> bool:
        """Meet the requests one after the other, going back where a later one can not be met."""
        if not left:
            return True
        claim, request = left[0]
        for wish in _forms(claim, request):
            for chosen in self._offers(wish):
                self.tries += 1
                if self.tries > _MAX_TRIES:
                    return False
                before = len(self.given)
                self.given += [(wish, entry) for entry in chosen]
                if self._constraints_hold(claim) and self.run(left[1:]):
                    return True
                del self.given[before:]
        return False

    def _offers(self, wish: Wish) -> Iterator[tuple[Entry, ...]]:
        """The sets of devices that would do for a request."""
        request = wish.request
        device_class = self.catalog.others.get(("DeviceClass", request.device_class_name))
        if not isinstance(device_class, DeviceClass):
            return
        busy = self.taken | {entry.id for _, entry in self.given}
        fitting = [
            entry
            for entry in self.entries
            if (request.admin_access or entry.id not in busy)
            and untolerated(entry.device.taints, request.tolerations, HARD_EFFECTS) is None
            and entry.selected((*device_class.spec.selectors, *request.selectors))
        ]
        if request.allocation_mode == "All":
            if fitting:
                yield tuple(fitting)
            return
        yield from combinations(fitting, request.count)

    def _constraints_hold(self, claim: int) -> bool:
        return all(self._holds(c, claim) for c in self.claims[claim].spec.devices.constraints)

    def _holds(self, constraint: DeviceConstraint, claim: int) -> bool:
        concerned = [
            entry
            for wish, entry in self.given
            if wish.claim == claim
            and (not constraint.requests or {wish.name, wish.name.partition("/")[0]} & set(constraint.requests))
        ]
        name = constraint.match_attribute or constraint.distinct_attribute
        values = [entry.attribute(name) for entry in concerned]
        if any(value is None for value in values):
            return False
        different = len({repr(value) for value in values})
        return different <= 1 if constraint.match_attribute else different == len(values)


def allocate(
    claims: Sequence[ResourceClaim], node: Node, catalog: Catalog, entries: Sequence[Entry], taken: set[DeviceId]
) -> Allocation | None:
    """Devices for all of the claims on a node, or None where there are not enough."""
    usable = [entry for entry in entries if entry.usable_on(node)]
    search = _Search(claims, node, catalog, usable, taken)
    wanted = [(i, request) for i, claim in enumerate(claims) for request in claim.spec.devices.requests]
    if not search.run(wanted):
        return None
    by_claim: Mapping[int, list[DeviceRequestAllocationResult]] = {i: [] for i in range(len(claims))}
    for wish, entry in search.given:
        by_claim[wish.claim].append(
            DeviceRequestAllocationResult(
                request=wish.name,
                driver=entry.driver,
                pool=entry.pool,
                device=entry.device.name,
                admin_access=wish.request.admin_access,
            )
        )
    chosen = {(wish.claim, wish.name): wish.rank for wish, _ in search.given if wish.rank is not None}
    score = sum(MAX_ALTERNATIVES - rank for rank in chosen.values())
    return Allocation(tuple(tuple(results) for results in by_claim.values()), score)


def _forms(claim: int, request: DeviceRequest) -> Iterator[Wish]:
    """The forms in which a request can be met, the preferred one first."""
    if request.exactly is not None:
        yield Wish(claim, request.name, request.exactly)
    for rank, alternative in enumerate(request.first_available):
        yield Wish(claim, f"{request.name}/{alternative.name}", alternative, rank)
