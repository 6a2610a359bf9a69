"""Verdicts beside CP-SAT's, which is told the truth about a world from its manifests, without kspec's code."""

import pytest
from smallworlds.truth import most_important, placeable
from smallworlds.worlds import random_world

from kspec.place import Goal, Infeasible, Placement, Problem, build, solve, stands

pytest.importorskip("ortools")


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_a_world_can_be_placed_exactly_when_cp_sat_says_so(start: int) -> None:
    for seed in range(start, start + 40):
        resources, cluster = random_world(seed, nodes=3 + seed % 4, pods=3 + seed % 9)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem)
        answer = solve(problem, budget=5, repairs=False)
        truth = placeable([r.manifest for r in resources], cluster.pools)
        assert isinstance(answer, Placement if truth else Infeasible), seed
        assert not isinstance(answer, Infeasible) or stands(problem, answer.certificate), seed


def test_where_not_all_pods_fit_the_most_important_ones_are_placed() -> None:
    for seed in range(1000, 1020):
        resources, cluster = random_world(seed, nodes=4, pods=7)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem)
        answer = solve(problem, budget=5, goal=Goal.PRIORITY, repairs=False)
        if isinstance(answer, Infeasible):
            truth = most_important([r.manifest for r in resources], cluster.pools)
            shares = {s.priority: s.placed for s in answer.subset.shares} if answer.subset else None
            assert shares == truth, seed
