"""The arithmetic of PodDisruptionBudgets.

Upstream: pkg/controller/disruption/disruption.go, getExpectedPodCount; percentages round up (v1.36).
"""

from __future__ import annotations

from kspec.domain.objects import Resource
from kspec.domain.policy import PodDisruptionBudget
from kspec.domain.workloads import resolve_percent
from kspec.lint.index import Index


def healthy(budget: PodDisruptionBudget, expected: int) -> tuple[str, int]:
    """The field in force and how many of the expected pods must stay healthy."""
    if budget.spec.max_unavailable is not None:
        return "maxUnavailable", expected - resolve_percent(budget.spec.max_unavailable, expected, round_up=True)
    return "minAvailable", resolve_percent(budget.spec.min_available or 0, expected, round_up=True)


def least(index: Index, resource: Resource, budget: PodDisruptionBudget) -> int | None:
    """The least number of pods a budget covers; None where nobody or nothing with a number of pods is covered."""
    if budget.spec.selector is None:
        return None
    covered = index.selected(resource.namespace, budget.spec.selector)
    scales = [index.scale(pods) for pods in covered if pods.kind != "Pod"]
    if not scales or len(scales) < len(covered) or None in scales:
        return None
    return sum(s.least for s in scales if s is not None)
