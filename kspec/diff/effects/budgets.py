"""Pods that a drain may take more of than before."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.diff.effects.both import Both
from kspec.diff.rules import WEAKER_BUDGET
from kspec.lint.budgets import healthy
from kspec.lint.index import Index
from kspec.lint.rule import on
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic


def weaker_budgets(both: Both) -> Iterator[Diagnostic]:
    """Workloads on both sides whose budgets keep fewer pods, at the number of replicas after the change."""
    for pods in both.after.pods:
        old = both.pods_before(pods)
        scale = both.after.scale(pods)
        if old is None or scale is None or scale.least == 0:
            continue
        before, after = _kept(both.before, old, scale.least), _kept(both.after, pods, scale.least)
        if after >= before:
            continue
        count = scale.least
        message = f"a drain may take {count - after} of {count} pods of {pods} at a time; it was {count - before}"
        budget = next((r for r, _ in both.after.budgets(pods)), None)
        if budget is None:
            yield on(WEAKER_BUDGET, pods.resource, ("metadata", "name"), message, "keep a PodDisruptionBudget for them")
        else:
            yield on(WEAKER_BUDGET, budget, ("spec",), message, key=True)


def _kept(index: Index, pods: PodSource, count: int) -> int:
    """How many of a workload's pods its budgets keep."""
    return min(count, max((healthy(budget, count)[1] for _, budget in index.budgets(pods)), default=0))
