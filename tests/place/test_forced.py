"""Of which placements an invariant is true: compared with trying every placement, and formulas with their judge."""

from __future__ import annotations

from collections import Counter

from smallworlds.extents import compared, every_example, placed_design
from smallworlds.statements import stated
from smallworlds.written import node, workload

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved
from kspec.domain.node import Cluster
from kspec.elaborate.design import Design
from kspec.place import Placement, Problem, build, solve
from kspec.place.forced import Extent, Forced, forced


def test_formulas_and_verdicts_agree_with_judging_every_placement() -> None:
    seen: Counter[Extent] = Counter()
    for seed in range(60):
        placed = placed_design(seed, 16)
        every = every_example(placed[1]) if placed else []
        if placed is None or len(every) < 3:
            continue
        for found, expected in compared(*placed, every):
            if isinstance(found, Forced):
                assert found.extent is expected, (seed, found.property.name.text)
                seen[found.extent] += 1
    assert min(seen[e] for e in (Extent.EVERY, Extent.SOME, Extent.NONE)) > 10, seen


def extent_of(design: Design) -> Extent:
    """Of the design's one invariant."""
    problem = build(design.resources, design.cluster)
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=5, repairs=False)
    assert isinstance(answer, Placement)
    (found,) = forced(design, problem, answer, budget=5)
    assert isinstance(found, Forced), found
    return found.extent


def test_an_amount_is_read_as_verification_reads_it() -> None:
    """`3000m` is three; what pods use is counted in thousandths of a CPU."""
    resources = [node("n1"), workload("web", 2, "1500m")]
    for amount, extent in (("3000", Extent.EVERY), ("3000m", Extent.NONE), ("3", Extent.NONE), ("2999", Extent.NONE)):
        design = stated(resources, Cluster(), f'always forall n in nodes: used(n, "cpu") <= {amount}')
        (verdict,) = verify_design(design, Options(seconds=20)).verdicts
        found = extent_of(design)
        assert (found, isinstance(verdict, Proved)) == (extent, extent is Extent.EVERY), amount


def test_the_least_of_large_amounts_is_that_of_the_nodes_that_are_meant() -> None:
    """Other nodes do not count at all, not even as more than anybody has."""
    resources = [node("n1", zone="a"), node("n2", zone="b")]
    design = stated(resources, Cluster(), 'always min(allocatable(n, "memory") for n in nodes if n.zone == "a") >= 8Gi')
    assert extent_of(design) is Extent.EVERY
    (verdict,) = verify_design(design, Options(seconds=20)).verdicts
    assert isinstance(verdict, Proved)
