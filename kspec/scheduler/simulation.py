"""A design, run from an empty cluster to a settled one, with the scheduler's own opinion at every binding."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.elaborate.behaviour.simulation import simulation
from kspec.elaborate.design import Design
from kspec.run.execute import Executor
from kspec.run.policy import EarliestDue
from kspec.run.trace import Trace
from kspec.scheduler.design import snapshot_of
from kspec.scheduler.opinions import with_opinions
from kspec.scheduler.oracle import ScheduledNodes
from kspec.source.diagnostic import Diagnostics


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
    nodes = ScheduledNodes(snapshot_of(design)[0], made.namer)
    executor = Executor(made.system, made.namer, nodes)
    trace = executor.trace(EarliestDue(environment=True), limit)
    return Simulated(with_opinions(trace, executor, nodes).trace, made.diagnostics)
