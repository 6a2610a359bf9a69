"""What kube-scheduler thought, told in a trace: filters and scores before each binding, and who was left over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kspec.run.execute import Executor
from kspec.run.trace import FieldChange, ObjectRef, Step, Trace
from kspec.scheduler.framework.attempt import Attempt, Details
from kspec.scheduler.framework.status import Status
from kspec.scheduler.oracle import ScheduledNodes

VOICE = "kube-scheduler"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Opinionated:
    """A trace with the scheduler's opinions in it."""

    trace: Trace
    moved: Mapping[int, int]
    """The number that a step of the plain trace has now."""


def with_opinions(trace: Trace, executor: Executor, nodes: ScheduledNodes) -> Opinionated:
    """The trace of a run that `nodes` made choices for; opinions are steps of their own, counted with the others."""
    found: list[Step] = []
    moved: dict[int, int] = {}
    opinion: int | None = None
    for step in [*_before_bindings(trace.steps, nodes), *_left_over(executor, nodes)]:
        number = len(found) + 1
        cause = opinion or (moved.get(step.cause) if step.cause is not None else None)
        found.append(replace(step, n=number, cause=cause))
        if step.n:
            moved[step.n] = number
        opinion = None if step.n else number
    return Opinionated(Trace(tuple(found), trace.settled), moved)


def _before_bindings(steps: Sequence[Step], nodes: ScheduledNodes) -> Iterator[Step]:
    """Before each binding (opinions have the number 0): what was filtered out and why, and how the rest scored."""
    for step in steps:
        attempt = nodes.attempts.get(step.object.name)
        if step.component == VOICE and step.action == "bind" and attempt is not None:
            yield replace(step, n=0, action="filter", summary=filtered(attempt), changes=())
            if attempt.details is not None and attempt.details.total:
                yield replace(step, n=0, action="score", summary=scored(attempt.details), changes=())
        yield step


def _left_over(executor: Executor, nodes: ScheduledNodes) -> Iterator[Step]:
    for pod, attempt in nodes.waiting(executor.world):
        if attempt.message:
            about = ObjectRef("Pod", pod.namespace, pod.name)
            change = FieldChange("status.conditions[PodScheduled].status", None, "False")
            yield Step(0, executor.time, VOICE, "FailedScheduling", about, attempt.message, (change,))


def filtered(attempt: Attempt) -> str:
    """Which nodes passed, and why each of the others did not: nodes of one reason together."""
    details = attempt.details or Details()
    whole = len(details.feasible) + len(details.rejected)
    reasons: dict[str, list[str]] = {}
    for node, status in sorted(details.rejected.items()):
        reasons.setdefault(_reason(status), []).append(node)
    against = [f"{_some(names)}: {reason}" for reason, names in reasons.items()]
    passed = f"{len(details.feasible)} of {whole} nodes pass ({_some(sorted(details.feasible))})"
    return "; ".join([passed, *against])


def scored(details: Details) -> str:
    """The best nodes with their score, and what each plugin gave the first of them."""
    best = details.top[0]
    parts = [f"{plugin} {scores.weighted[best]}" for plugin, scores in sorted(details.scores.items())]
    return f"{_some(details.top)} best of {len(details.total)} with {details.total[best]} ({', '.join(parts)})"


def _reason(status: Status) -> str:
    return f"{status.message} ({status.plugin})"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
