"""Quality of service of a pod: `status.qosClass`.

Upstream: pkg/apis/core/helper/qos/qos.go, ComputePodQOS (v1.36).
"""

from __future__ import annotations

from kspec.api.amounts import Amounts, add, amounts
from kspec.api.fields import maybe, objects
from kspec.source.tree import Json, Object


def quality_of_service(spec: Object) -> str:
    """`Guaranteed`, `Burstable` or `BestEffort`, from pod-level resources where there are any."""
    holders: list[Json] = [spec]
    if maybe(spec, "resources") is None:
        holders = [*objects(spec, "containers"), *objects(spec, "initContainers")]
    requests: Amounts = {}
    limits: Amounts = {}
    all_limited = True
    for holder in holders:
        add(requests, _compute(holder, "requests"))
        limited = _compute(holder, "limits")
        add(limits, limited)
        all_limited = all_limited and limited.keys() == {"cpu", "memory"}
    if not requests and not limits:
        return "BestEffort"
    same = {n: q.amount for n, q in requests.items()} == {n: q.amount for n, q in limits.items()}
    return "Guaranteed" if all_limited and same else "Burstable"


def _compute(holder: Json, which: str) -> Amounts:
    found = amounts(holder, "resources", which)
    return {name: q for name, q in found.items() if name in ("cpu", "memory") and q.amount > 0}
