"""From an infeasible problem to a minimal conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kspec.place.budget import Purse
from kspec.place.exact.decide import Decider
from kspec.place.explain.summary import summarise
from kspec.place.problem import Problem, Requirement, Why
from kspec.place.relax.solve import Relaxed, relax
from kspec.place.restrict import related, with_groups
from kspec.solve.session import Verdict

_EXACT_BITS = 400
Test = Callable[[Sequence[int]], "tuple[int, ...] | None"]


@dataclass(frozen=True)
class Conflict:
    """Requirements that cannot hold together; `minimal` when dropping any one of them ends the conflict."""

    core: tuple[Requirement, ...]
    indices: tuple[int, ...]
    summary: str
    minimal: bool


def explain(problem: Problem, core: Sequence[int] | None, purse: Purse) -> Conflict:
    """A conflict of an infeasible problem. `core` holds requirements that a proof used, if it knows them.

    The relaxation explains what it can see; the complete encoding takes over where it is small enough, and so makes the
    conflict minimal in the strict sense.
    """
    groups = _concerned(problem, core)
    part = with_groups(problem, groups)
    helpers = {part.groups[i].replicas for i, g in enumerate(groups) if core and problem.groups[g].replicas not in core}
    found = _by_relaxation(part, helpers, purse)
    if found is None or _bits(part, found) <= _EXACT_BITS:
        found = _exactly(part, found, helpers, purse) or found
    if found is None:
        found = (tuple(core) if core else tuple(range(len(problem.requirements))), False)
    indices, minimal = found
    ordered = sorted(indices, key=lambda r: _rank(problem.requirements[r]))
    told = tuple(problem.requirements[r] for r in ordered)
    return Conflict(told, tuple(ordered), summarise(problem, ordered), minimal)


def _concerned(problem: Problem, core: Sequence[int] | None) -> list[int]:
    """The groups that a conflict is about, and those that could help them."""
    everyone = range(len(problem.groups))
    if not core:
        return list(everyone)
    named = {g for g in everyone if problem.groups[g].replicas in core}
    return related(problem, named) if named else list(everyone)


def _by_relaxation(part: Problem, helpers: set[int], purse: Purse) -> tuple[tuple[int, ...], bool] | None:
    relaxed = Relaxed(relax(part, explaining=True))

    def test(held: Sequence[int]) -> tuple[int, ...] | None:
        effort = purse.share(0.05)
        known = [r for r in held if r in relaxed.known]
        plan = relaxed.check(known, effort=effort, seconds=purse.seconds(effort))
        purse.spend(plan.effort)
        if plan.verdict is Verdict.UNKNOWN:
            raise _GaveUp
        return plan.core if plan.verdict is Verdict.UNSAT else None

    return _shrunk(part, test, [r for r in relaxed.stated if r not in helpers])


def _exactly(
    part: Problem, found: tuple[tuple[int, ...], bool] | None, helpers: set[int], purse: Purse
) -> tuple[tuple[int, ...], bool] | None:
    """The conflict by the complete encoding, starting from what the relaxation found."""
    named = set(found[0]) if found else None
    groups = [g for g, group in enumerate(part.groups) if named is None or group.replicas in named]
    small = with_groups(part, related(part, set(groups)))
    guarded = stated_requirements(small)
    start = [r for r in (found[0] if found else guarded) if r not in helpers]
    if found is None and _bits(small, (tuple(guarded), False)) > _EXACT_BITS * 4:
        return None
    decider = Decider(small, guarded)

    def test(held: Sequence[int]) -> tuple[int, ...] | None:
        effort = purse.share(0.05)
        decision = decider.decide([r for r in held if r in guarded], effort=effort, seconds=purse.seconds(effort))
        purse.spend(decision.effort)
        if decision.verdict is Verdict.UNKNOWN:
            raise _GaveUp
        return decision.core if decision.verdict is Verdict.UNSAT else None

    return _shrunk(small, test, start)


class _GaveUp(Exception):
    """A question was not decided within its share of the budget."""


def _shrunk(part: Problem, test: Test, start: Sequence[int]) -> tuple[tuple[int, ...], bool] | None:
    """Drop requirements one by one while the rest still conflicts. None where even all of them do not."""
    try:
        core = test(start)
    except _GaveUp:
        return None
    if core is None:
        return None
    minimal = True
    for r in sorted(core, key=lambda r: _droppable(part, r)):
        if r not in core:
            continue
        try:
            smaller = test([q for q in core if q != r])
        except _GaveUp:
            minimal = False
            continue
        core = core if smaller is None else smaller
    return tuple(core), minimal


def _droppable(problem: Problem, r: int) -> tuple[int, float, int]:
    """What to try to do without first: small workloads, then rules, then what nodes offer."""
    requirement = problem.requirements[r]
    match requirement.why:
        case Why.REPLICAS:
            share = problem.request / np.maximum(1, problem.capacity.max(axis=0, initial=0))
            size = sum(float(share[i].max()) * max(1, g.count) for i, g in enumerate(problem.groups) if g.replicas == r)
            return (0, size, r)
        case Why.NODES | Why.RESOURCES:
            return (2, 0.0, r)
        case _:
            return (1, 0.0, r)


def _rank(requirement: Requirement) -> tuple[int, str]:
    """The order in which a conflict is told: who asks, what rules say, what there is."""
    order = {Why.REPLICAS: 0, Why.NODES: 2, Why.RESOURCES: 3}
    return order.get(requirement.why, 1), requirement.id


def _bits(part: Problem, found: tuple[tuple[int, ...], bool] | None) -> int:
    named = set(found[0]) if found else set()
    counts = sum(max(1, g.count) for g in part.groups if not named or g.replicas in named)
    return counts * len(part.sites)


def stated_requirements(problem: Problem) -> list[int]:
    """Every requirement that some group, rule or node set of the problem points at."""
    stated = {g.replicas for g in problem.groups}
    for nodeset in problem.nodesets:
        stated |= {nodeset.nodes, *nodeset.resources}
    stated |= {requirement for rule in problem.rules if (requirement := getattr(rule, "requirement", None)) is not None}
    return sorted(stated)
