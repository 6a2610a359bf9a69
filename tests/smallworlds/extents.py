"""In how many placements invariants are true, by judging every one; formulas about counts, by what they mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from smallworlds.brute import placements
from smallworlds.clusters import random_case
from smallworlds.statements import random_statement, stated

from kspec.core.property import Property
from kspec.elaborate.behaviour.still import stills
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve
from kspec.place.answer import Assigned
from kspec.place.existing import counts_of
from kspec.place.forced import Example, Extent, Forced, Unsaid, forced
from kspec.place.forced.ask import invariants, judged, said_of_placements
from kspec.place.forced.formula import All, Atom, Cell, Formula, Some, There, Truth, Variable, negation
from kspec.place.forced.ground import Ground
from kspec.place.forced.translate import premise_and_whole


def placed_design(
    seed: int, statements: int, *, nodes: int = 4, pods: int = 5
) -> tuple[Design, Problem, Placement] | None:
    """A random design with random invariants, if it can be placed."""
    resources, cluster = random_case(seed, nodes=nodes, pods=pods)
    problem = build(resources, cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=5, repairs=False)
    if not isinstance(answer, Placement):
        return None
    said = [random_statement(100 * seed + k, resources) for k in range(statements)]
    return stated(resources, cluster, *said), problem, answer


def compared(
    design: Design, problem: Problem, answer: Placement, every: list[tuple[Example, np.ndarray, set[int]]]
) -> Iterator[tuple[Forced | Unsaid, Extent | None]]:
    """What is said of each invariant, and what is true of it; a formula that says something else than the judge is an
    `AssertionError`."""
    asked = invariants(design)
    ground = Ground(problem, stills(design, asked))
    for posed, found in zip(asked, forced(design, problem, answer, budget=5), strict=True):
        said = said_of_placements(ground, posed)
        if isinstance(found, Unsaid) or not isinstance(said, Property):
            yield found, None
            continue
        _, formula = premise_and_whole(ground, said)
        truths = set()
        for example, counts, there in every:
            judged_true = judged(said, ground.stills, problem, example)
            by_formula = true(formula, counts, there), true(negation(formula), counts, there)
            assert by_formula == (judged_true, not judged_true), posed.property.name.text
            truths.add(judged_true)
        yield found, Extent.SOME if len(truths) == 2 else Extent.EVERY if True in truths else Extent.NONE


def every_example(problem: Problem) -> list[tuple[Example, np.ndarray, set[int]]]:
    """Every placement: by names, as counts, and the sites in use."""
    found = []
    for nodes, where in placements(problem):
        named = {site for site, optional in zip(problem.sites, problem.optional, strict=True) if optional} & set(nodes)
        example = Example(tuple(Assigned(p, "", n) for p, n in where.items()), tuple(sorted(named)))
        counts = counts_of(problem, where)
        there = {n for n, site in enumerate(problem.sites) if site in nodes}
        counts[:, [n for n in range(len(problem.sites)) if n not in there]] = 0
        found.append((example, counts, there))
    return found


def true(formula: Formula, counts: np.ndarray, there: set[int]) -> bool:
    """The formula at some counts: what it means, said plainly."""
    match formula:
        case Truth(value):
            return value
        case There(site, present):
            return (site in there) == present
        case All(parts):
            return all(true(part, counts, there) for part in parts)
        case Some(parts):
            return any(true(part, counts, there) for part in parts)
        case Atom(terms, constant):
            return sum(weight * _value(v, counts, there) for v, weight in terms) + constant >= 0


def _value(variable: Variable, counts: np.ndarray, there: set[int]) -> int:
    if isinstance(variable, Cell):
        return int(counts[variable.group, variable.site])
    return int(true(variable, counts, there))  # type: ignore[arg-type]
