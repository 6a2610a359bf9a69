"""Scenarios, rehearsed: every course of a script on the named cluster, with kube-scheduler choosing the nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kspec.elaborate.behaviour.scenario import script
from kspec.elaborate.design import Design
from kspec.run.execute import Executor
from kspec.run.script import Missed, play
from kspec.run.trace import Trace
from kspec.scheduler.design import snapshot_of
from kspec.scheduler.opinions import with_opinions
from kspec.scheduler.oracle import ScheduledNodes
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Course:
    """One course of a scenario, played."""

    trace: Trace
    missed: tuple[Missed, ...]
    """What did not come about, each with the number of the step before it (0: before the first)."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A scenario, played in every course that its choices allow; no course where it has mistakes."""

    name: str
    title: str | None
    span: Span
    courses: tuple[Course, ...]
    complete: bool
    """Were all courses played? There is a limit to how many are."""
    diagnostics: Diagnostics

    @property
    def passed(self) -> bool:
        """Did everything come about in every course? Never said of courses that were not played."""
        return self.complete and bool(self.courses) and not any(course.missed for course in self.courses)

    @property
    def failed(self) -> bool:
        """Did something not come about?"""
        return any(course.missed for course in self.courses)


def rehearse(design: Design, scenario: n.Scenario, seed: int | None = None, limit: int = 100_000) -> Rehearsed:
    """Play a scenario on the design's cluster once that has settled.

    Of several nodes or pods an event may hit, it hits the first one, or the one that the seed chooses. No stretch
    between two lines of the scenario takes more than `limit` actions.
    """
    read = script(design, scenario)
    system, namer = read.simulation.system, read.simulation.namer
    if system is None or namer is None:
        return Rehearsed(read.name, read.title, scenario.span, (), False, read.simulation.diagnostics)
    snapshot, _ = snapshot_of(design)
    played = []
    for course in read.courses():
        nodes = ScheduledNodes(snapshot, namer)
        executor = Executor(system, namer, nodes)
        run = play(course, executor, seed, limit)
        told = with_opinions(run.trace, executor, nodes)
        missed = tuple(replace(miss, step=told.moved.get(miss.step, 0)) for miss in run.missed)
        played.append(Course(told.trace, missed))
    return Rehearsed(read.name, read.title, scenario.span, tuple(played), read.complete, read.simulation.diagnostics)
