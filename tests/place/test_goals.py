"""Goals: fewest nodes, lowest cost, level loads; optimal is said only when it is."""

from itertools import combinations

from smallworlds.brute import fits_on
from smallworlds.clusters import random_case
from smallworlds.written import apart, node, nodes_of, placed, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Goal, Placement, Problem, build, solve


def _solved(goal: Goal, *resources: Resource, cluster: Cluster | None = None) -> Placement:
    problem = build(resources, cluster or Cluster())
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=10, goal=goal)
    assert isinstance(answer, Placement)
    return answer


def test_the_fewest_nodes_are_found_and_proved() -> None:
    nodes = [node(f"n{i}", "4") for i in range(6)]
    answer = _solved(Goal.NODES, *nodes, workload("web", 5, "1500m"), workload("api", 4, "1"))
    assert (answer.objective.value, answer.objective.optimal, answer.objective.bound) == (3, True, 3)
    assert len({a.node for a in answer.assignments}) == 3


def test_a_daemon_that_no_node_admits_takes_no_room() -> None:
    nodes = [node(f"n{i}", "2", pods="2") for i in range(3)]
    agent = workload("agent", cpu="100m", kind="DaemonSet", nodeSelector={"disk": "hdd"})
    answer = _solved(Goal.NODES, *nodes, workload("web", 2, "1"), agent)
    assert (answer.objective.value, answer.objective.bound) == (1, 1)


def test_nodes_that_rules_need_are_not_saved() -> None:
    answer = _solved(Goal.NODES, *(node(f"n{i}") for i in range(5)), workload("web", 4, "100m", affinity=apart("web")))
    assert answer.objective.value == 4 and answer.objective.optimal


def test_the_fewest_nodes_agree_with_trying_every_set_of_nodes() -> None:
    compared = 0
    for seed in range(700, 800):
        resources, cluster = random_case(seed, nodes=4, pods=5, ranges=False)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem)
        answer = solve(problem, budget=5, goal=Goal.NODES, repairs=False)
        if isinstance(answer, Placement) and answer.objective.optimal:
            sizes = (
                k for k in range(len(problem.sites) + 1) for c in combinations(problem.sites, k) if fits_on(problem, c)
            )
            assert answer.objective.value == next(sizes), seed
            compared += 1
    assert compared > 10


def test_the_cheapest_mix_of_pools_is_taken() -> None:
    small = {"name": "small", "count": {"low": 0, "high": 6}, "machine": {"cpu": "2"}, "price": 1.0}
    large = {"name": "large", "count": {"low": 0, "high": 6}, "machine": {"cpu": "8"}, "price": 3.5}
    cluster = Cluster.model_validate({"pools": [small, large]})
    answer = _solved(Goal.COST, workload("web", 10, "1"), cluster=cluster)
    assert (answer.objective.value, answer.objective.optimal) == (4.5, True)
    assert answer.pools == {"small": 1, "large": 1}


def test_level_loads_leave_no_node_fuller_than_it_has_to_be() -> None:
    answer = _solved(Goal.BALANCE, *(node(f"n{i}", "4") for i in range(4)), workload("web", 8, "1"))
    assert (answer.objective.value, answer.objective.optimal) == (50.0, True)
    assert sorted(nodes_of(answer, "web")) == sorted(f"n{i}" for i in range(4) for _ in range(2))


def test_without_a_goal_any_placement_is_optimal() -> None:
    answer = placed(node("n1"), workload("web", 2))
    assert isinstance(answer, Placement)
    assert (answer.objective.name, answer.objective.value, answer.objective.optimal) == ("feasible", 2, True)
