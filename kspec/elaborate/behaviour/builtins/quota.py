"""Quotas: what a pod counts for under a name of `spec.hard`, and how much there may be.

Upstream: pkg/quota/v1/evaluator/core/pods.go (v1.36).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.pod import PodSpec
from kspec.domain.policy import ResourceQuota
from kspec.domain.quantity import Quantity
from kspec.domain.requests import in_units, pod_requests
from kspec.elaborate.behaviour.builtins.registry import builtin, count_of, template_of, text_of, thing_of
from kspec.elaborate.behaviour.values import Value
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator


@builtin("quota_request")
def quota_request(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What one pod counts for under a quota's name: 1 for `pods`, its requests or limits; 0 where pods do not count."""
    count_of(args, 2, 2, "quota_request", span)
    return _counts_for(template_of(args[0], span).spec, text_of(args[1], span))


def _counts_for(spec: PodSpec, name: str) -> int:
    if name in ("pods", "count/pods"):
        return 1
    if name.startswith("limits."):
        return _limits(spec).get(name.removeprefix("limits."), 0)
    return pod_requests(spec).get(name.removeprefix("requests."), 0)


@builtin("quota_taken")
def quota_taken(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """What workloads of the quota's namespace that a question leaves out count for at most."""
    count_of(args, 2, 2, "quota_taken", span)
    quota, name = thing_of(args[0], span), text_of(args[1], span)
    inside = [e for e in evaluator.world.background.others if e.namespace == quota.namespace]
    return sum(
        max(len(e.names) + len(e.running), e.replicas.count) * _counts_for(e.template.spec, name) for e in inside
    )


@builtin("quota_hard")
def quota_hard(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The limit under a quota's name, in the units of `quota_request`."""
    count_of(args, 2, 2, "quota_hard", span)
    quota, name = thing_of(args[0], span).resource.as_(ResourceQuota), text_of(args[1], span)
    resource = name.removeprefix("requests.").removeprefix("limits.")
    hard: Value = quota.spec.hard[name]
    return in_units(resource, hard.amount) if isinstance(hard, Quantity) else hard


def _limits(spec: PodSpec) -> dict[str, int]:
    """The limits of containers and sidecars together, or the largest of an init container."""
    running = [*spec.containers, *(c for c in spec.init_containers if c.is_sidecar)]
    names = {name for c in (*running, *spec.init_containers) for name in c.resources.limits}
    found = {}
    for name in names:
        together = sum(in_units(name, c.resources.limits[name].amount) for c in running if name in c.resources.limits)
        single = (
            in_units(name, c.resources.limits[name].amount) for c in spec.init_containers if name in c.resources.limits
        )
        found[name] = max(together, *single, 0)
    return found
