"""Goals about what there is already: few moves, important pods first, one goal after another."""

from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
from smallworlds.brute import solvable
from smallworlds.clusters import random_case
from smallworlds.written import apart, node, running, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Existing, Goal, Infeasible, Placement, Problem, build, in_order, solve
from kspec.place.existing import counts_of, with_earlier
from kspec.place.goals.moves import stay_of
from kspec.place.restrict import with_counts
from kspec.place.verdicts import violations


def _solved(goals: tuple[Goal, ...], *resources: Resource, **costs: int) -> Any:
    problem = build(resources, Cluster(), existing=Existing.MOVABLE)
    assert isinstance(problem, Problem)
    return solve(problem, budget=10, goal=goals, costs=costs, repairs=False)


def test_pods_that_run_stay_unless_they_have_to_make_room() -> None:
    nodes = [node("n1", "4"), node("n2", "4")]
    answer = _solved((Goal.MOVES,), *nodes, running("a", "n1", "1"), running("b", "n2", "1"), workload("big", 1, "4"))
    assert (answer.objective.value, answer.objective.optimal) == (1, True)
    assert sorted(a.node for a in answer.assignments if a.pod in ("shop/a", "shop/b")) in (["n1", "n1"], ["n2", "n2"])


def test_the_cheaper_pod_moves() -> None:
    nodes = [node("n1", "4"), node("n2", "4")]
    pods = [running("a", "n1", "1"), running("b", "n2", "1")]
    for dear, stays in (("a", "n1"), ("b", "n2")):
        costs = {f"shop/Pod/{dear}": 5}
        answer = _solved((Goal.MOVES,), *nodes, *pods, workload("big", 1, "4"), **costs)
        where = {a.pod: a.node for a in answer.assignments}
        assert answer.objective.value == 1 and where[f"shop/{dear}"] == stays


def test_fewest_nodes_and_then_fewest_moves() -> None:
    nodes = [node(f"n{i}", "4") for i in range(3)]
    pods = [running("a", "n0", "1"), running("b", "n1", "1"), running("c", "n1", "1")]
    answer = _solved((Goal.NODES, Goal.MOVES), *nodes, *pods)
    assert answer.objective.value == 1 and answer.objective.optimal
    assert (answer.further[0].value, answer.further[0].optimal) == (1, True)
    assert {a.node for a in answer.assignments} == {"n1"}


def test_goals_have_an_order_that_makes_sense() -> None:
    assert in_order((Goal.PRIORITY, Goal.NODES, Goal.MOVES)) == ""
    for wrong in ((Goal.MOVES, Goal.NODES), (Goal.NODES, Goal.PRIORITY), (Goal.NODES, Goal.NODES)):
        assert in_order(wrong)


def test_the_most_important_pods_are_placed_where_not_all_can_be() -> None:
    first = workload("first", 2, "1", priority=100)
    second = workload("second", 2, "1", affinity=apart("second"), priority=50)
    answer = _solved((Goal.PRIORITY,), node("n1", "3"), first, second, workload("third", 5, "500m"))
    assert isinstance(answer, Infeasible) and answer.subset is not None
    shares = [(s.priority, s.asked, s.placed, s.optimal) for s in answer.subset.shares]
    assert shares == [(100, 2, 2, True), (50, 2, 1, True), (0, 5, 0, True)]
    assert answer.subset.left[0].pod == "shop/second-2"


def _cheapest(problem: Problem) -> int | None:
    """The fewest moves by trying every placement."""
    stay = stay_of(problem, {})
    free = [i for i, g in enumerate(problem.groups) if not g.everywhere]
    there = np.ones(len(problem.sites), dtype=bool)
    best: int | None = None
    sites = range(len(problem.sites))
    for choice in product(*(combinations_with_replacement(sites, problem.groups[i].count) for i in free)):
        counts = np.where(problem.everywhere[:, None], problem.must, 0).astype(np.int64)
        for i, chosen in zip(free, choice, strict=True):
            np.add.at(counts[i], list(chosen), 1)
        cost = stay.cost(counts)
        if (best is None or cost < best) and not violations(problem, counts, there):
            best = cost
    return best


def test_the_fewest_moves_agree_with_trying_everything() -> None:
    compared = 0
    for seed in range(1200, 1290):
        problem = build(*random_case(seed, nodes=3, pods=4, ranges=False), existing=Existing.MOVABLE)
        assert isinstance(problem, Problem)
        random = np.random.default_rng(seed)
        pods = [p.pod for g in problem.groups for p in g.pods]
        problem = with_earlier(problem, {pod: str(random.choice(problem.sites)) for pod in pods})
        answer = solve(problem, budget=5, goal=Goal.MOVES, repairs=False)
        if isinstance(answer, Placement):
            assert answer.objective.optimal, seed
            assert answer.objective.value == _cheapest(problem), seed
            counts = counts_of(problem, {a.pod: a.node for a in answer.assignments})
            assert stay_of(problem, {}).cost(counts) == answer.objective.value, seed
            compared += 1
    assert compared > 20


def test_the_most_important_subset_agrees_with_trying_everything() -> None:
    compared = 0
    for seed in range(1300, 1400):
        problem = build(*random_case(seed, nodes=2, pods=4, ranges=False, volumes=False))
        assert isinstance(problem, Problem)
        answer = solve(problem, budget=5, goal=Goal.PRIORITY, repairs=False)
        if not isinstance(answer, Infeasible) or answer.subset is None:
            continue
        (share,) = answer.subset.shares
        sizes = [range(g.count + 1) if not g.everywhere else range(1) for g in problem.groups]
        most = max(sum(k) for k in product(*sizes) if solvable(with_counts(problem, k)))
        assert share.placed <= most and (not share.optimal or share.placed == most), seed
        compared += share.optimal
    assert compared > 10
