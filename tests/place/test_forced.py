"""Of which placements an invariant is true: compared with trying every placement, and formulas with their judge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from smallworlds.brute import placements
from smallworlds.clusters import random_case
from smallworlds.statements import random_statement, stated
from smallworlds.written import node, workload

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved
from kspec.core.property import Property
from kspec.domain.node import Cluster
from kspec.elaborate.behaviour.still import stills
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve
from kspec.place.answer import Assigned
from kspec.place.existing import counts_of
from kspec.place.forced import Example, Extent, Forced, forced
from kspec.place.forced.ask import invariants, judged, said_of_placements
from kspec.place.forced.formula import All, Atom, Cell, Formula, Some, There, Truth, Variable, negation
from kspec.place.forced.ground import Ground
from kspec.place.forced.translate import premise_and_whole


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


def designs(start: int, number: int, statements: int) -> Iterator[tuple[int, Design, Problem, Placement]]:
    """Random designs that can be placed, with random invariants."""
    for seed in range(start, start + number):
        resources, cluster = random_case(seed, nodes=4, pods=5)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem)
        answer = solve(problem, budget=5, repairs=False)
        if isinstance(answer, Placement):
            said = [random_statement(100 * seed + k, resources) for k in range(statements)]
            yield seed, stated(resources, cluster, *said), problem, answer


def every_example(problem: Problem) -> list[tuple[Example, np.ndarray, set[int]]]:
    found = []
    for nodes, where in placements(problem):
        named = {site for site, optional in zip(problem.sites, problem.optional, strict=True) if optional} & set(nodes)
        example = Example(tuple(Assigned(p, "", n) for p, n in where.items()), tuple(sorted(named)))
        counts = counts_of(problem, where)
        there = {n for n, site in enumerate(problem.sites) if site in nodes}
        counts[:, [n for n in range(len(problem.sites)) if n not in there]] = 0
        found.append((example, counts, there))
    return found


def extent_of(design: Design) -> Extent:
    """Of the design's one invariant."""
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=5, repairs=False)
    assert isinstance(answer, Placement)
    (found,) = forced(design, problem, answer, budget=5)
    assert isinstance(found, Forced), found
    return found.extent


def test_formulas_and_verdicts_agree_with_judging_every_placement() -> None:
    compared: dict[Extent, int] = dict.fromkeys(Extent, 0)
    for seed, design, problem, answer in designs(0, 60, 16):
        every = every_example(problem)
        if len(every) < 3:
            continue
        asked = invariants(design)
        ground = Ground(problem, stills(design, asked))
        for posed, found in zip(asked, forced(design, problem, answer, budget=5), strict=True):
            said = said_of_placements(ground, posed)
            if not isinstance(found, Forced) or not isinstance(said, Property):
                continue
            _, formula = premise_and_whole(ground, said)
            truths = set()
            for example, counts, there in every:
                judged_true = judged(said, ground.stills, problem, example)
                by_formula = true(formula, counts, there), true(negation(formula), counts, there)
                assert by_formula == (judged_true, not judged_true), (seed, posed.property.name.text)
                truths.add(judged_true)
            expected = Extent.SOME if len(truths) == 2 else Extent.EVERY if True in truths else Extent.NONE
            assert found.extent in (expected, Extent.OPEN), (seed, posed.property.name.text, found.extent, expected)
            compared[found.extent] += 1
    assert min(compared[e] for e in (Extent.EVERY, Extent.SOME, Extent.NONE)) > 10, compared
    assert compared[Extent.OPEN] == 0, compared


def test_an_amount_is_read_as_verification_reads_it() -> None:
    """`3000m` is three; what pods use is counted in thousandths of a CPU."""
    resources = [node("n1"), workload("web", 2, "1500m")]
    for amount, extent in (("3000", Extent.EVERY), ("3000m", Extent.NONE), ("3", Extent.NONE), ("2999", Extent.NONE)):
        design = stated(resources, Cluster(), f'always forall n in nodes: used(n, "cpu") <= {amount}')
        (verdict,) = verify_design(design, Options(seconds=20)).verdicts
        found = extent_of(design)
        assert (found, isinstance(verdict, Proved)) == (extent, extent is Extent.EVERY), amount
