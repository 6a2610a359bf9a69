"""Playing a scenario: events at their moments, controllers in between, expectations checked when they are due."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.core.expr import Expr
from kspec.elaborate.behaviour.moments import Expects, Happens, Line, Passes, Until
from kspec.run.agenda import Agenda, Option, is_controller
from kspec.run.execute import Executor
from kspec.run.trace import Step, Trace
from kspec.source.text import Span


@dataclass(frozen=True, slots=True)
class Missed:
    """What did not come about: an expectation, an event that cannot happen, a state that never comes."""

    span: Span
    message: str
    step: int
    """How many steps the trace has up to there."""


@dataclass(frozen=True, slots=True)
class Played:
    """The run of one course of a scenario. It ends early where an event cannot happen or a state never comes."""

    trace: Trace
    missed: tuple[Missed, ...]


def play(course: Sequence[Line], executor: Executor, seed: int | None = None, limit: int = 100_000) -> Played:
    """Play a course on a cluster that settles first. Of several nodes an event may hit, the first one is taken, or the
    one that the seed chooses. No stretch between two lines takes more than `limit` actions."""
    player = _Player(executor, limit, None if seed is None else random.Random(seed))
    player.work(None)
    for line in course:
        if not player.play(line):
            break
    return Played(Trace(tuple(player.steps), executor.settled()), tuple(player.missed))


@dataclass(frozen=True, slots=True)
class _Before:
    """The controllers, as far as they are due by a time."""

    time: float

    def choose(self, agenda: Agenda) -> Option | None:
        """What is due first, if it is due by then."""
        option = agenda.earliest(is_controller)
        return option if option is not None and option.due <= self.time else None


@dataclass(slots=True)
class _Player:
    executor: Executor
    limit: int
    random: random.Random | None
    steps: list[Step] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    def play(self, line: Line) -> bool:
        """Do what the line says; False where the scenario cannot go on."""
        match line:
            case Happens(variable=variable, span=span):
                return self._happen(variable) or self._miss(span, "this cannot happen here")
            case Passes(seconds=seconds):
                end = self.executor.time + seconds
                self.steps += self.executor.run(_Before(end), self.limit)
                self.executor.time = max(self.executor.time, end)
                return True
            case Until(condition=condition, span=span, text=text):
                return self.work(condition) or self._miss(
                    span, f"waits for {text or 'a state'}, which never comes about"
                )
            case Expects():
                if not self._holds(line.condition):
                    self._miss(line.span, self._unmet(line))
                return True

    def _unmet(self, line: Expects) -> str:
        sides = " and ".join(f"{side.text} is {self.executor.engine.value(side.value)}" for side in line.sides)
        return f"expected {line.text or 'this'}, and {sides or 'it does not hold'}"

    def work(self, wanted: Expr | None) -> bool:
        """Let the controllers work until something holds, or until they have nothing left to do."""
        for _ in range(self.limit):
            if wanted is not None and self._holds(wanted):
                return True
            option = self.executor.agenda.earliest(is_controller)
            if option is None:
                return wanted is None
            self.steps += self.executor.take(option)
        return False

    def _happen(self, variable: str) -> bool:
        actions = self.executor.world.system.actions
        options = [o for o in self.executor.options() if variable in actions[o.choice.action].globals]
        if not options:
            return False
        chosen = options[0] if self.random is None else options[self.random.randrange(len(options))]
        self.steps += self.executor.take(Option(chosen.choice, self.executor.time, chosen.cause))
        return True

    def _holds(self, condition: Expr) -> bool:
        return bool(self.executor.engine.value(condition))

    def _miss(self, span: Span, message: str) -> bool:
        self.missed.append(Missed(span, message, len(self.steps)))
        return False
