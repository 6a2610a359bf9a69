"""DefaultPreemption: finds a node where the pod would fit if less important pods went, and sends them away.

Upstream: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go,
pkg/scheduler/framework/preemption/preemption.go (v1.36).
"""

from __future__ import annotations

import numpy as np

from kspec.scheduler.framework.arrays import Ints, Slots
from kspec.scheduler.framework.cluster import Cluster
from kspec.scheduler.framework.diagnosis import Diagnosis
from kspec.scheduler.framework.interface import CycleState, Handle, PostFilterResult, Victims
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.status import OK, Code, Status
from kspec.scheduler.messages import fit_error
from kspec.scheduler.plugins.victims import pick_candidates, select_victims

NAME = "DefaultPreemption"
NOT_HELPFUL = Status(Code.UNRESOLVABLE, ("Preemption is not helpful for scheduling",), NAME)
NO_VICTIMS = Status(Code.UNRESOLVABLE, ("No preemption victims found for incoming pod",), NAME)
NEVER = "not eligible due to preemptionPolicy=Never."
TERMINATING = "not eligible due to a terminating pod on the nominated node."


class DefaultPreemption:
    """PostFilter. In a large cluster a share of the nodes is tried, `absolute` nodes at least.

    Upstream starts trying at a random node; here it is the first.
    """

    name = NAME

    def __init__(self, percentage: int = 10, absolute: int = 100) -> None:
        self._percentage = percentage
        self._absolute = absolute

    def post_filter(self, state: CycleState, pod: PodInfo, diagnosis: Diagnosis, handle: Handle) -> PostFilterResult:
        cluster = handle.cluster
        objection = self._ineligible(pod, diagnosis, cluster)
        if objection:
            return _refused(objection)
        potential = diagnosis.with_code(Code.UNSCHEDULABLE, cluster.nodes.order)
        tried = Diagnosis(cluster.nodes.size)
        tried.absent = NOT_HELPFUL
        candidates = self._candidates(state, pod, potential, tried, handle)
        if not candidates:
            return _refused(fit_error(len(cluster.nodes), tried), nominated="")
        best = pick_candidates(candidates)
        node = best[0].node if len(best) == 1 else handle.pick(pod, [c.node for c in best])
        return PostFilterResult(OK, node, tuple(candidates))

    def _ineligible(self, pod: PodInfo, diagnosis: Diagnosis, cluster: Cluster) -> str:
        """Why the pod may not preempt others; empty if it may (upstream `PodEligibleToPreemptOthers`)."""
        if pod.spec.preemption_policy == "Never":
            return NEVER
        slot = cluster.nodes.slot.get(pod.nominated)
        if slot is None or diagnosis.get(slot).code is Code.UNRESOLVABLE:
            return ""
        leaving = (p.terminating and p.preempted and p.priority < pod.priority for p in cluster.pods_on(slot))
        return TERMINATING if any(leaving) else ""

    def _candidates(
        self, state: CycleState, pod: PodInfo, potential: Slots, tried: Diagnosis, handle: Handle
    ) -> list[Victims]:
        """Try the nodes one after the other, until there are enough (upstream `DryRunPreemption`)."""
        cluster = handle.cluster
        enough = min(max(len(potential) * self._percentage // 100, self._absolute), len(potential))
        budgets = tuple(cluster.catalog.budgets.values())
        nobody = lowest_priority(pod, cluster)[potential] >= pod.priority
        found: list[Victims] = []
        if nobody.all():
            tried.put_all(potential, NO_VICTIMS)
            return found
        handle.tally(state, pod)
        for slot, alone in zip(map(int, potential), nobody, strict=True):
            if alone:
                tried.put(slot, NO_VICTIMS)
                continue
            result = select_victims(state, pod, cluster.node_info(slot), budgets, handle)
            if isinstance(result, Status):
                tried.put(slot, result)
                continue
            found.append(result)
            if len(found) >= enough and any(c.violations == 0 for c in found):
                break
        return found


def lowest_priority(pod: PodInfo, cluster: Cluster) -> Ints:
    """The priority of the least important pod of each node; higher than any where there is none."""

    def lowest(slots: Slots) -> Ints:
        nothing = int(np.iinfo(np.int64).max)
        found = (min((p.priority for p in cluster.pods_on(slot)), default=nothing) for slot in slots)
        return np.fromiter(found, np.int64, len(slots))

    return cluster.local(pod, NAME, tuple, lowest)


def _refused(reason: str, nominated: str | None = None) -> PostFilterResult:
    return PostFilterResult(Status(Code.UNSCHEDULABLE, (f"preemption: {reason}",), NAME), nominated)
