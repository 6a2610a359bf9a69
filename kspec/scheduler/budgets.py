"""What disruption budgets allow, where nobody has filled in their status.

Upstream: pkg/controller/disruption/disruption.go (`getExpectedPodCount`, `updatePdbStatus`) (v1.36). Expected are the
pods that are there, placed or waiting; every placed one counts as healthy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kspec.domain.pod import Pod
from kspec.domain.policy import PodDisruptionBudget, PodDisruptionBudgetStatus
from kspec.domain.workloads import resolve_percent


def with_status(budgets: Iterable[PodDisruptionBudget], pods: Sequence[Pod]) -> tuple[PodDisruptionBudget, ...]:
    """The budgets, those without a status with the one that the disruption controller would give them."""
    return tuple(b if b.status != PodDisruptionBudgetStatus() else _filled(b, pods) for b in budgets)


def _filled(budget: PodDisruptionBudget, pods: Sequence[Pod]) -> PodDisruptionBudget:
    selector, spec = budget.spec.selector, budget.spec
    if selector is None:
        return budget
    covered = [p for p in pods if p.namespace == budget.namespace and selector.matches(p.metadata.labels)]
    expected, healthy = len(covered), sum(bool(p.spec.node_name) for p in covered)
    if spec.max_unavailable is not None:
        desired = max(expected - resolve_percent(spec.max_unavailable, expected, round_up=True), 0)
    else:
        desired = resolve_percent(spec.min_available or 0, expected, round_up=True)
    status = PodDisruptionBudgetStatus(
        disruptions_allowed=max(healthy - desired, 0),
        current_healthy=healthy,
        desired_healthy=desired,
        expected_pods=expected,
    )
    return budget.model_copy(update={"status": status})
