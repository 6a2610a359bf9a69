"""Scenarios: a script of what happens to the cluster, and of what is expected at which moment.

Each event switches on the disturbance of its kind for just this once; the system is that of a simulation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from typing import TypeAlias, assert_never

from kspec.core.expr import Expr
from kspec.domain.policy import HorizontalPodAutoscaler
from kspec.elaborate.behaviour.disturbances import read_disturbances
from kspec.elaborate.behaviour.library import library_for
from kspec.elaborate.behaviour.literals import seconds
from kspec.elaborate.behaviour.mistakes import TYPE, UNKNOWN_NAME, UNSUPPORTED, Mistake, mistake
from kspec.elaborate.behaviour.moments import Expects, Happens, Line, Moment, OneOf, Passes, Side, Until, courses
from kspec.elaborate.behaviour.simulation import Simulation, simulation
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.format.expressions import written

COURSES = 64
"""At most so many courses of a scenario with choices are told apart."""

_APART = re.compile(r"(?<=[\w\])]) \.(?=[A-Za-z_])")
REPEATS = 1000
"""At most so many times a scenario repeats its events."""

_VERBS = {"fail": "loss", "recover": "recovery", "restart": "rollout"}


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario, read: the system to execute, and what comes in which order."""

    name: str
    title: str | None
    simulation: Simulation
    moments: tuple[Moment, ...]

    def courses(self) -> Iterator[tuple[Line, ...]]:
        """Every course it may take, choices resolved, in the order of writing; at most `COURSES`."""
        yield from islice(courses(self.moments), COURSES)

    @property
    def complete(self) -> bool:
        """Are these all its courses?"""
        return next(islice(courses(self.moments), COURSES, None), None) is None


def script(design: Design, scenario: n.Scenario) -> Script:
    """Read a scenario. Mistakes are in the simulation's diagnostics, whose system is then missing."""
    reader = _Reader(design)
    try:
        drafts = reader.moments(scenario.events)
        variables = reader.variables()
    except Mistake as error:
        found = Diagnostics()
        found.add(error.diagnostic)
        return Script(scenario.name.text, scenario.title, Simulation(None, None, found), ())
    run = simulation(design, reader.disturbances)
    moments = _finished(drafts, variables, run) if run.system is not None else ()
    if run.diagnostics.has_errors:
        run = Simulation(None, None, run.diagnostics)
    return Script(scenario.name.text, scenario.title, run, moments)


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class _Event:
    """An event in the making: the number of its disturbance."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Choice:
    courses: tuple[tuple[_Draft, ...], ...]


_Draft: TypeAlias = _Event | n.Wait | n.Expect | _Choice


@dataclass(slots=True)
class _Reader:
    design: Design
    disturbances: list[n.Disturbance] = field(default_factory=list)

    def moments(self, events: Sequence[n.Event]) -> tuple[_Draft, ...]:
        return tuple(draft for event in events for draft in self._read(event))

    def variables(self) -> list[list[str]]:
        """Per event the globals that its disturbance counts down, each as often as it may happen."""
        found = []
        for d in read_disturbances(self.disturbances, self.design, library_for(self.design)):
            turns = d.times if d.changes_template else 1
            found.append([d.variable(turn) for turn in range(turns) for _ in range(d.times // turns)])
        return found

    def _read(self, event: n.Event) -> Iterator[_Draft]:
        match event:
            case n.Wait() | n.Expect():
                yield event
            case n.Choose(courses=courses):
                if len(courses) < 2:
                    message, help = "a choice has several courses", "write `choose { ...  or ... }`"
                    raise mistake(TYPE, message, event.span, help)
                yield _Choice(tuple(self.moments(course) for course in courses))
            case n.Repeat(times=times, events=events):
                for _ in range(_times(times)):
                    yield from self.moments(events)
            case n.ActOn(verb=verb, target=target):
                yield self._event(_VERBS.get(verb, verb), (_aim(target),), event.span)
            case n.ScaleEvent(target=target, to=to):
                named = n.Named(n.Key("to", span=to.span), to, span=to.span)
                yield self._event("scale", (_aim(target), named), event.span)
            case n.RolloutEvent(target=target, items=items):
                yield self._event("rollout", (_aim(target), *map(_image, items)), event.span)
            case n.LoadEvent(target=what, level=level):
                named = n.Named(n.Key("k", span=level.span), self._asked(what, level), span=level.span)
                yield self._event("load", (_named(what), named), event.span)
            case _:
                assert_never(event)

    def _event(self, name: str, args: tuple[n.Argument, ...], span: Span) -> _Event:
        self.disturbances.append(n.Disturbance(n.Key(name, span=span), args, span=span))
        return _Event(len(self.disturbances) - 1, span)

    def _asked(self, what: n.Key | n.Reference, level: n.Expr) -> n.Expr:
        """How many replicas a load asks for: a number as it is; a percentage of the pods' requests by the
        autoscaler's target for CPU, of as many pods as the design starts with."""
        if not (isinstance(level, n.Number) and level.text.endswith("%")):
            return level
        name = what.text if isinstance(what, n.Key) else what.rest
        for resource in self.design.resources:
            if isinstance(resource.view, HorizontalPodAutoscaler) and resource.view.spec.scale_target_ref.name == name:
                spec = resource.view.spec
                goal = spec.cpu_target
                if goal:
                    pods = max(spec.min_replicas, 1)
                    return n.Number(
                        str(min(spec.max_replicas, ceil(pods * int(level.text[:-1]) / goal))), span=level.span
                    )
        raise mistake(UNKNOWN_NAME, f"no autoscaler says what a load of {level.text} means for {name}", level.span)


def _times(number: n.Number) -> int:
    if not number.text.isdecimal():
        raise mistake(TYPE, f"expected a whole number, found {number.text}", number.span)
    if not number.text.strip("0"):
        raise mistake(TYPE, "what is repeated 0 times never happens", number.span)
    if len(number.text) > 6 or int(number.text) > REPEATS:
        raise mistake(UNSUPPORTED, f"events are repeated at most {REPEATS} times", number.span)
    return int(number.text)


def _named(what: n.Key | n.Reference) -> n.Name | n.Reference:
    return n.Name(what.text, span=what.span) if isinstance(what, n.Key) else what


def _aim(target: n.Target) -> n.Argument:
    """What a disturbance is aimed at, as an argument: `any node where ...`, `2 nodes`, a name."""
    what = target.what
    aim: n.Argument
    match target.pick:
        case None:
            aim = _named(what)
        case n.Number() as number if isinstance(what, n.Key):
            aim = n.Amount(number, what, span=target.span)
        case n.Pick_() as pick if isinstance(what, n.Key):
            aim = n.Pick(pick, what, span=target.span)
        case _:
            raise mistake(TYPE, "expected nodes, zones or pods", target.span)
    if target.condition is None:
        return aim
    if isinstance(aim, n.Amount):
        raise mistake(UNSUPPORTED, "a condition goes with `any`", target.span, "repeat N { fail any node where ... }")
    return n.Filtered(aim, target.condition, span=target.span)


def _image(item: n.Node) -> n.Named:
    """`app.image: "web:2"`: what a rollout changes."""
    match item:
        case n.Field(path=n.PathRef(parts=(n.Key(text=container), n.Key(text="image"))), value=value):
            return n.Named(n.Key(f"{container}.image", span=item.span), value, span=item.span)
        case _:
            help = 'write `container.image: "..."`'
            raise mistake(UNSUPPORTED, "a rollout of a scenario changes images only", item.span, help)


# ---------------------------------------------------------------- finishing


def _finished(drafts: Sequence[_Draft], variables: Sequence[Sequence[str]], run: Simulation) -> tuple[Moment, ...]:
    return tuple(moment for draft in drafts for moment in _moments(draft, variables, run))


def _moments(draft: _Draft, variables: Sequence[Sequence[str]], run: Simulation) -> Iterator[Moment]:
    match draft:
        case _Event(number=number, span=span):
            yield from (Happens(variable, span) for variable in variables[number])
        case _Choice(courses=courses):
            yield OneOf(tuple(_finished(course, variables, run) for course in courses))
        case n.Wait(time=n.Number() as time):
            yield Passes(seconds(time))
        case n.Wait(until=condition):
            assert condition is not None
            yield from (Until(formula, draft.span, _words(condition)) for formula in _formula(run, condition))
        case n.Expect(condition=condition):
            sides = tuple(_sides(run, condition))
            yield from (Expects(formula, draft.span, _words(condition), sides) for formula in _formula(run, condition))


def _words(condition: n.Expr) -> str:
    """A condition as one writes it, on one line."""
    return _APART.sub(".", written(condition))


def _sides(run: Simulation, condition: n.Expr) -> Iterator[Side]:
    """The numbers of a comparison, so that a miss can tell them."""
    if isinstance(condition, n.Binary):
        for side in (condition.left, condition.right):
            number = run.number(side)
            if number is not None:
                yield Side(_words(side), number)


def _formula(run: Simulation, node: n.Expr) -> Iterator[Expr]:
    formula = run.formula(node)
    if formula is not None:
        yield formula
