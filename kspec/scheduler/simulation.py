"""A design, run from an empty cluster to a settled one, with the scheduler's own opinion at every binding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kspec.elaborate.behaviour.simulation import simulation
from kspec.elaborate.design import Design
from kspec.run.execute import Executor
from kspec.run.policy import EarliestDue
from kspec.run.trace import FieldChange, ObjectRef, Step, Trace
from kspec.scheduler.design import snapshot_of
from kspec.scheduler.framework.attempt import Attempt, Details
from kspec.scheduler.framework.status import Status
from kspec.scheduler.oracle import ScheduledNodes
from kspec.source.diagnostic import Diagnostics

VOICE = "kube-scheduler"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Simulated:
    """The trace, unless mistakes in components forbid one; and the mistakes."""

    trace: Trace | None
    diagnostics: Diagnostics


def simulate(design: Design, limit: int = 100_000) -> Simulated:
    """Apply the design's objects in order and run every component until nothing is left to do, or `limit` actions."""
    made = simulation(design)
    if made.system is None or made.namer is None:
        return Simulated(None, made.diagnostics)
    snapshot, _ = snapshot_of(design)
    nodes = ScheduledNodes(snapshot, made.namer)
    executor = Executor(made.system, made.namer, nodes)
    trace = executor.trace(EarliestDue(environment=True), limit)
    steps = list(_with_opinions(trace.steps, nodes))
    steps += _left_over(executor, nodes)
    return Simulated(Trace(_renumbered(steps), trace.settled), made.diagnostics)


def _with_opinions(steps: Sequence[Step], nodes: ScheduledNodes) -> Iterator[Step]:
    """Before each binding: what was filtered out and why, and how the rest scored."""
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


def _renumbered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Count the steps from 1; causes follow their steps, and an opinion causes what comes of it."""
    found: list[Step] = []
    new: dict[int, int] = {}
    opinion: int | None = None
    for step in steps:
        number = len(found) + 1
        cause = opinion or (new.get(step.cause) if step.cause is not None else None)
        found.append(replace(step, n=number, cause=cause))
        if step.n:
            new[step.n] = number
        opinion = None if step.n else number
    return tuple(found)
