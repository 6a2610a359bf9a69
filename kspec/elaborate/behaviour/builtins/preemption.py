"""Who may take the place of whom: priorities, and which scheduler a pod waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kspec.domain.objects import Resource
from kspec.elaborate.behaviour.builtins.registry import builtin, constant, count_of, template_of
from kspec.elaborate.behaviour.values import Symbol, Value
from kspec.source.text import Span

if TYPE_CHECKING:
    from kspec.elaborate.behaviour.evaluator import Evaluator

CONFIGURATION = "KubeSchedulerConfiguration"
DEFAULT = "default-scheduler"


@constant("preemptors")
def preemptors(evaluator: Evaluator, span: Span) -> Value:
    """The workloads whose pods take the place of others that are looked at."""
    return evaluator.world.preemptors


@builtin("scheduler_of")
def scheduler_of(evaluator: Evaluator, args: tuple[Value, ...], span: Span) -> Value:
    """The scheduler that a pod waits for. All profiles of one configuration are one scheduler, named like the first."""
    count_of(args, 1, 1, "scheduler_of", span)
    asked = template_of(args[0], span).spec.scheduler_name
    together = [name for r in evaluator.world.design.resources if r.kind == CONFIGURATION for name in _profiles(r)]
    return Symbol(together[0] if asked in together else asked)


def _profiles(resource: Resource) -> list[str]:
    profiles = resource.manifest.get("profiles")
    listed = profiles if isinstance(profiles, list) else []
    return [str(p.get("schedulerName", DEFAULT)) for p in listed if isinstance(p, dict)] or [DEFAULT]
