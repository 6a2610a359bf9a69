"""Disruption budgets: which of them a pod is under, and what they say about themselves.

Upstream: pkg/apis/policy helpers (`UpdateDisruptionAllowedCondition`), staging/src/k8s.io/client-go/listers/policy/v1
(`GetPodPodDisruptionBudgets`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kspec.cluster.controller import selector_of
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Condition, Stored, conditions_json
from kspec.source.tree import Json

ALLOWED = "DisruptionAllowed"


def budgets_of(pod: Stored, objects: Callable[[str, str], Iterable[Stored]]) -> list[Stored]:
    """The budgets that a pod is under; `objects` lists the objects of a kind in a namespace."""
    return [b for b in objects("PodDisruptionBudget", pod.namespace) if covers(b, pod)]


def covers(budget: Stored, pod: Stored) -> bool:
    """Whether a budget means a pod. One without a selector means none, an empty selector all pods of the namespace."""
    return budget.spec.get("selector") is not None and selector_of(budget).matches(pod.labels)


def allowed_condition(budget: Stored, allowed: int, now: float) -> list[Json]:
    """The conditions of a budget that allows so many disruptions."""
    told = ("True", "SufficientPods") if allowed > 0 else ("False", "InsufficientPods")
    return with_allowed(budget, *told, "", now)


def with_allowed(budget: Stored, status: str, reason: str, message: str, now: float) -> list[Json]:
    """The conditions of a budget with this one about disruptions."""
    before = budget.condition(ALLOWED)
    since = before.transitioned if before is not None and before.status == status else stamp(now)
    others = [c for c in budget.conditions if c.type != ALLOWED]
    return conditions_json([*others, Condition(ALLOWED, status, reason, message, since)])
