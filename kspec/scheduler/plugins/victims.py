"""Who has to go from a node, and which node is the best to clear.

Upstream: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (`SelectVictimsOnNode`,
`filterPodsWithPDBViolation`), pkg/scheduler/framework/preemption/preemption.go (`pickOneNodeForPreemption`),
pkg/scheduler/util/utils.go (`MoreImportantPod`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from kspec.domain.policy import PodDisruptionBudget
from kspec.scheduler.framework.interface import CycleState, Handle, Victims
from kspec.scheduler.framework.nodeinfo import NodeInfo
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.selectors import Selector
from kspec.scheduler.framework.status import Status

_INSERTION = 12
"""Go sorts slices up to this length by insertion."""
_NOT_STARTED = datetime.max.replace(tzinfo=UTC)


def select_victims(
    state: CycleState, pod: PodInfo, node: NodeInfo, budgets: Sequence[PodDisruptionBudget], handle: Handle
) -> Victims | Status:
    """Take all less important pods away; then bring back, the most important first, those that leave room for the pod.

    Pods whose budget would be violated are brought back before all others. Returns a status if the pod fits in no case.
    """
    removed = [other for other in node.pods if other.priority < pod.priority]
    for other in removed:
        handle.remove_pod(state, pod, other, node)
    status = handle.filter(state, pod, node)
    if not status.ok:
        for other in removed:
            handle.add_pod(state, pod, other, node)
        return status
    violating, others = by_violation(by_importance(removed), budgets)
    victims: list[PodInfo] = []

    def reprieve(other: PodInfo) -> bool:
        handle.add_pod(state, pod, other, node)
        if handle.filter(state, pod, node).ok:
            return True
        handle.remove_pod(state, pod, other, node)
        victims.append(other)
        return False

    violations = sum(not reprieve(other) for other in violating)
    for other in others:
        reprieve(other)
    for other in victims:
        handle.add_pod(state, pod, other, node)
    ordered = by_importance(victims) if violating and others else victims
    return Victims(node.name, tuple(ordered), violations)


def by_importance(pods: Sequence[PodInfo]) -> list[PodInfo]:
    """Higher priority first, then those that have run longer.

    A pod that has not started counts as started at the very moment it is asked, so each of two such pods goes before
    the other: sorting by insertion, as Go does with few elements, turns them round.
    """
    if len(pods) > _INSERTION:
        return sorted(pods, key=lambda p: (-p.priority, started(p)))
    out: list[PodInfo] = []
    for pod in pods:
        place = len(out)
        while place and _goes_before(pod, out[place - 1]):
            place -= 1
        out.insert(place, pod)
    return out


def by_violation(
    pods: Sequence[PodInfo], budgets: Sequence[PodDisruptionBudget]
) -> tuple[list[PodInfo], list[PodInfo]]:
    """The pods that can not go without violating a budget, and the others, given that they go in this order."""
    allowed = [budget.status.disruptions_allowed for budget in budgets]
    violating: list[PodInfo] = []
    others: list[PodInfo] = []
    for pod in pods:
        violated = False
        for i, budget in enumerate(budgets):
            if _covers(budget, pod):
                allowed[i] -= 1
                violated = violated or allowed[i] < 0
        (violating if violated else others).append(pod)
    return violating, others


def pick_candidates(candidates: Sequence[Victims]) -> list[Victims]:
    """The candidates that are equally best: fewest violations, least important victims, and so on."""
    criteria: tuple[Callable[[Victims], float], ...] = (
        lambda c: -c.violations,
        lambda c: -c.pods[0].priority,
        lambda c: -sum(p.priority + 2**31 for p in c.pods),
        lambda c: -len(c.pods),
        lambda c: min(started(p) for p in c.pods if p.priority == c.pods[0].priority).timestamp(),
    )
    best = list(candidates)
    for criterion in criteria:
        if len(best) == 1:
            break
        scores = [criterion(c) for c in best]
        best = [c for c, score in zip(best, scores, strict=True) if score == max(scores)]
    return best


def started(pod: PodInfo) -> datetime:
    """When the pod started; later than any time if it has not."""
    if not pod.start_time:
        return _NOT_STARTED
    return datetime.fromisoformat(pod.start_time)


def _goes_before(pod: PodInfo, other: PodInfo) -> bool:
    if pod.priority != other.priority:
        return pod.priority > other.priority
    if not pod.start_time and not other.start_time:
        return True
    return started(pod) < started(other)


def _covers(budget: PodDisruptionBudget, pod: PodInfo) -> bool:
    """Whether the pod's going counts against the budget."""
    selector = budget.spec.selector
    if budget.namespace != pod.namespace or not pod.labels or selector is None or selector.empty:
        return False
    return Selector.of(selector).matches(pod.labels) and pod.pod.name not in budget.status.disrupted_pods
