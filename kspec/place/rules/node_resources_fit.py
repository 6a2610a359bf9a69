"""NodeResourcesFit: what nodes offer, what running pods take, what each pod asks for.

Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36). A pod asks for one of `pods`; a request of zero
always fits, also where running pods have taken more than there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.domain.requests import list_in_units, pod_requests
from kspec.place import wording
from kspec.place.draft import Draft
from kspec.place.problem import Ints, NodeSet

PODS = "pods"


@dataclass(frozen=True, eq=False)
class Amounts:
    """Resources that some pod asks for, what each site has left of them, what one pod of each group takes."""

    resources: tuple[str, ...]
    total: Ints
    capacity: Ints
    request: Ints


def node_resources_fit(draft: Draft) -> Amounts:
    """The amounts that packing is about."""
    requests = [{PODS: 1} | {k: v for k, v in pod_requests(b.spec).items() if v > 0} for b in draft.batches]
    names = tuple(dict.fromkeys(name for r in requests for name in r))
    column = {name: i for i, name in enumerate(names)}
    request = np.zeros((len(requests), len(names)), dtype=np.int64)
    for row, asked in enumerate(requests):
        for name, value in asked.items():
            request[row, column[name]] = value
    total = _allocatable(draft, names)
    taken = np.zeros_like(total)
    for running in draft.running:
        for name, value in ({PODS: 1} | pod_requests(running.pod.spec)).items():
            if name in column:
                taken[running.site, column[name]] += value
    return Amounts(names, total, np.maximum(total - taken, 0), request)


def _allocatable(draft: Draft, names: tuple[str, ...]) -> Ints:
    total = np.zeros((len(draft.nodes), len(names)), dtype=np.int64)
    for nodeset in draft.nodesets:
        offered = list_in_units(draft.nodes[nodeset.sites[0]].allocatable)
        total[list(nodeset.sites)] = [offered.get(name, 0) for name in names]
    return total


def offer(nodeset: NodeSet, resource: str, row: int, amounts: Amounts) -> str:
    """`each node of pool general-b has 3920m cpu for pods`."""
    total = wording.amount(resource, int(amounts.total[nodeset.sites[0], row]))
    what = f"{total} {resource}" if resource != PODS else f"room for {total} pods"
    left = amounts.capacity[list(nodeset.sites), row]
    taken = int(amounts.total[list(nodeset.sites), row].sum() - left.sum())
    head = nodeset.name if nodeset.high == 1 else f"each node of {nodeset.name}"
    verb = "has" if nodeset.high == 1 or head.startswith("each") else "have"
    tail = f"; running pods take {wording.amount(resource, taken)}" if taken else ""
    return f"{head} {verb} {what}{tail}"
