"""Engines that run: random walks and breadth-first search on a design with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kspec.check.options import Clock
from kspec.check.reduce import disturbances
from kspec.check.story import Finding
from kspec.check.verdict import Shape
from kspec.core.build import implies
from kspec.core.expr import TRUE, Expr
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Family, System
from kspec.run.compile import Predicate, compile_system
from kspec.run.debt import Debt, find_debt
from kspec.run.lasso import find_lasso
from kspec.run.search import Exploration, Limits, Prelude, Questions, explore, starting_states
from kspec.run.state import State
from kspec.run.walk import random_walk

SEEDS, STEPS = 40, 40_000
"""Random walks a property gets, and how many steps they may take together."""


@dataclass(slots=True)
class Explored:
    """What a search knows about the properties of a system."""

    findings: dict[str, Finding] = field(default_factory=dict)
    complete: bool = False
    """Every reachable state was seen: what has no finding holds."""
    states: int = 0
    depth: int = 0
    fired: frozenset[int] = frozenset()
    """Actions seen to change something."""
    reached: frozenset[str] = frozenset()
    """Properties whose premise (of a witness: whose formula) held somewhere."""
    missed: dict[str, str] = field(default_factory=dict)
    """Properties whose premise or witness was looked for and not met, with words for it."""


def walk(
    system: System, properties: Sequence[Property], clock: Clock, families: tuple[Family, ...]
) -> dict[str, Finding]:
    """Violations that random walks meet, by property."""
    compiled = compile_system(system, families)
    size = sum(abs(value) for value in compiled.initial[0]) + 4 * sum(c.fixed_size or 0 for c in system.classes)
    found: dict[str, Finding] = {}
    for asked in lowered(system, properties):
        if asked.kind in (PropertyKind.WITNESS, PropertyKind.LEADS_TO):
            continue
        holds = compiled.predicate(_demand(asked))
        invariant, goal = (holds, None) if asked.kind is PropertyKind.INVARIANT else (None, holds)
        length = 60 + 12 * size
        for seed in range(min(SEEDS, 1 + STEPS // length)):
            if not clock.left:
                return found
            met = random_walk(compiled, seed, length, invariant, goal)
            if met is not None:
                found[asked.name] = Finding(Shape.STUCK if met.stuck else Shape.SAFETY, met.steps)
                break
    return found


def search(system: System, properties: Sequence[Property], limits: Limits, families: tuple[Family, ...]) -> Explored:
    """Everything a breadth-first search finds out within limits."""
    compiled = compile_system(system, families)
    prelude = starting_states(compiled, limits)
    if not prelude.starts and not prelude.complete:
        return Explored()
    here = lowered(system, properties)
    invariants = [p for p in here if p.kind is PropertyKind.INVARIANT]
    goals = [p for p in here if p.kind is PropertyKind.GOAL]
    wanted = [p for p in here if p.kind is PropertyKind.WITNESS]
    owed = [p for p in here if p.kind is PropertyKind.LEADS_TO]
    premises = [p for p in (*invariants, *owed) if p.premise is not TRUE]
    goal_tests = [compiled.predicate(_demand(p)) for p in goals]
    watch = [compiled.predicate(_demand(p)) for p in invariants]
    sights = [_never(compiled.predicate(p.formula)) for p in wanted] + [
        _never(compiled.predicate(p.premise)) for p in premises
    ]
    questions = Questions([*watch, *sights], goal_tests, stop_early=not owed)
    seen = explore(compiled, questions, limits, prelude.starts)
    result = Explored(
        complete=seen.complete and prelude.complete,
        states=len(seen.parents),
        depth=max(seen.depths.values(), default=0),
    )
    result.fired = frozenset(seen.fired)
    for i, asked in enumerate([*wanted, *premises]):
        if len(watch) + i in seen.bad:
            result.reached |= {asked.name}
        else:
            witness = asked.kind is PropertyKind.WITNESS
            result.missed[asked.name] = "it never happens" if witness else "its premise never holds"
    for i, asked in enumerate(invariants):
        if i in seen.bad:
            result.findings[asked.name] = Finding(Shape.SAFETY, _story(seen, prelude, seen.bad[i]))
    for i, asked in enumerate(goals):
        finding = _goal_finding(seen, prelude, i, goal_tests[i])
        if finding is not None:
            result.findings[asked.name] = finding
    for asked in owed:
        debt = find_debt(seen, compiled.predicate(asked.premise), compiled.predicate(asked.formula))
        if debt is not None:
            result.findings[asked.name] = _debt_finding(seen, prelude, debt)
    return result


def _debt_finding(seen: Exploration, prelude: Prelude, debt: Debt) -> Finding:
    stem = (*_story(seen, prelude, debt.due), *debt.steps)
    if debt.lasso is None:
        return Finding(Shape.STUCK, stem)
    return Finding(Shape.OSCILLATION, (*stem, *debt.lasso.cycle), len(stem), debt.lasso.inevitable)


def _goal_finding(seen: Exploration, prelude: Prelude, number: int, goal: Predicate) -> Finding | None:
    if number in seen.stuck:
        return Finding(Shape.STUCK, _story(seen, prelude, seen.stuck[number]))
    lasso = find_lasso(seen, goal)
    if lasso is None:
        return None
    stem = _story(seen, prelude, lasso.start)
    return Finding(Shape.OSCILLATION, (*stem, *lasso.cycle), len(stem), lasso.inevitable)


def _story(seen: Exploration, prelude: Prelude, state: State) -> tuple[tuple[int, State], ...]:
    start, steps = seen.path(state)
    return (*prelude.path(start)[1], *steps)


def lowered(system: System, properties: Sequence[Property]) -> list[Property]:
    """What properties of the unlowered system have become in a lowered one."""
    names = {p.name for p in properties}
    return [p for p in system.properties if p.name in names]


def _demand(asked: Property) -> Expr:
    """What must hold wherever the property is asked."""
    return implies(asked.premise, asked.formula)


def _never(holds: Predicate) -> Predicate:
    return lambda state, enabled: not holds(state, enabled)


def silent_disturbances(system: System, fired: frozenset[int]) -> list[str]:
    """Disturbances that have not been seen to change anything, in words."""
    heard = disturbances(system.actions[i] for i in fired)
    return [words for which, words in disturbances(system.actions).items() if which not in heard]
