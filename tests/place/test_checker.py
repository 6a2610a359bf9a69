"""The checker notices what is wrong, whoever made the placement."""

import pytest
from smallworlds.clusters import random_case
from smallworlds.written import HOST, ZONE, apart, near, node, running, spread, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Placement, Problem, build, check, solve

TAINT = [{"key": "a", "effect": "NoSchedule"}]
PORT = [{"containerPort": 80, "hostPort": 80}]
CASES = {
    "NodeResourcesFit": ([node("n1", "1")], [workload("web", 2)], ["n1", "n1"]),
    "NodeAffinity": ([node("n1")], [workload("web", nodeSelector={"x": "y"})], ["n1"]),
    "NodeName": ([node("n1"), node("n2")], [workload("web", nodeName="n2")], ["n1"]),
    "TaintToleration": ([node("n1", taints=TAINT)], [workload("web")], ["n1"]),
    "NodePorts": ([node("n1")], [workload("web", 2, ports=PORT)], ["n1", "n1"]),
    "InterPodAffinity": ([node("n1")], [workload("web", 2, affinity=apart("web"))], ["n1", "n1"]),
    "PodTopologySpread": (
        [node("n1"), node("n2")],
        [workload("web", 2, topologySpreadConstraints=spread("web", HOST))],
        ["n1", "n1"],
    ),
}


@pytest.mark.parametrize("filter_name", CASES)
def test_each_filter_has_its_violation(filter_name: str) -> None:
    nodes, workloads, where = CASES[filter_name]
    assert filter_name in _violated([*nodes, *workloads], where)


def test_affinity_is_violated_without_company_and_by_company_in_a_circle() -> None:
    nodes = [node("a1", zone="a"), node("b1", zone="b")]
    assert _violated([*nodes, workload("web", affinity=near("db")), workload("db")], ["a1", "b1"]) == [
        "InterPodAffinity"
    ]
    circle = [workload("x", affinity=near("y")), workload("y", affinity=near("x"))]
    assert set(_violated([*nodes, *circle], ["a1", "a1"])) == {"InterPodAffinity"}
    own = [workload("web", 2, affinity=near("web"))]
    assert not _violated([*nodes, *own], ["a1", "a1"])
    assert _violated([*nodes, *own], ["a1", "b1"]) == ["InterPodAffinity"]


def test_anti_affinity_of_running_pods_counts_and_what_was_wrong_before_does_not() -> None:
    old = running("old", "n1", affinity=apart("web", ZONE))
    nodes = [node("n1", "1", zone="a"), node("n2", zone="a")]
    assert _violated([*nodes, old, workload("web")], ["n2"]) == ["InterPodAffinity"]
    crowded = [running("x", "n1", affinity=apart("y")), running("y", "n1")]
    assert not _violated([*nodes, *crowded, workload("web")], ["n2"])


def test_every_pod_needs_a_node_that_is_there_and_nobody_else_may_have_one() -> None:
    problem = _problem([node("n1"), workload("web", 2)])
    assert problem.inventory is not None
    missing = check(problem.inventory, ["n1"], {"shop/web-1": "n1"})
    unknown = check(problem.inventory, ["n1"], {"shop/web-1": "n1", "shop/web-2": "n1", "shop/x": "n1"})
    gone = check(problem.inventory, ["n1"], {"shop/web-1": "n1", "shop/web-2": "n9"})
    assert [v.filter for v in (*missing, *unknown, *gone)] == ["Replicas", "Replicas", "NodeName"]


def test_moving_a_pod_of_a_tight_placement_is_noticed() -> None:
    noticed = 0
    for seed in range(80):
        resources, cluster = random_case(seed, nodes=4, pods=8)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem) and problem.inventory is not None
        answer = solve(problem, budget=5, repairs=False)
        if isinstance(answer, Placement):
            fixed = {p.pod for p, _ in problem.fixed}
            assignment = {a.pod: a.node for a in answer.assignments if a.pod not in fixed}
            moved = [assignment | {pod: site} for pod in assignment for site in problem.sites]
            noticed += sum(bool(check(problem.inventory, problem.sites, a)) for a in moved)
    assert noticed > 25


def _problem(resources: list[Resource]) -> Problem:
    problem = build(resources, Cluster())
    assert isinstance(problem, Problem)
    return problem


def _violated(resources: list[Resource], where: list[str]) -> list[str]:
    problem = _problem(resources)
    assert problem.inventory is not None
    pods = [p.pod for g in problem.groups for p in g.pods]
    found = check(problem.inventory, problem.sites, dict(zip(pods, where, strict=True)))
    return [v.filter for v in found]
