"""Repairs mend what they promise, and the smallest come first."""

from smallworlds.clusters import random_case
from smallworlds.written import HOST, ZONE, apart, node, placed, spread, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Infeasible, Placement, Problem, build, solve
from kspec.place.repair.ideas import softened

POOL = {"name": "general-b", "count": {"low": 2, "high": 4}, "machine": {"cpu": "4", "memory": "8Gi"}, "zone": "b"}


def _mended(*resources: Resource, cluster: Cluster | None = None) -> dict[str, list[tuple[str, str, object, object]]]:
    answer = placed(*resources, cluster=cluster)
    assert isinstance(answer, Infeasible)
    return {r.description: [(c.object, c.path, c.before, c.after) for c in r.changes] for r in answer.repairs}


def test_so_many_nodes_more_so_many_replicas_less_or_a_softer_rule() -> None:
    cluster = Cluster.model_validate({"pools": [POOL]})
    found = _mended(workload("web", 6, affinity=apart("web")), cluster=cluster)
    assert list(found) == [
        "2 more nodes in pool general-b",
        "4 replicas of shop/web instead of 6",
        "make the host anti-affinity of shop/web a preference",
    ]
    assert found["2 more nodes in pool general-b"] == [("pool general-b", "count", "2..4", "2..6")]
    assert found["4 replicas of shop/web instead of 6"] == [("Deployment/shop/web", "spec.replicas", 6, 4)]


def test_a_request_comes_down_no_further_than_it_has_to() -> None:
    found = _mended(node("n1", "2"), workload("web", 2, "1200m"))
    lowered = [d for d in found if d.startswith("lower")]
    assert lowered == ["lower the cpu request of shop/web from 1200m to 960m"]
    assert found[lowered[0]][0][1] == "spec.template.spec.containers[0].resources.requests.cpu"


def test_a_spread_widens_before_it_becomes_a_preference() -> None:
    nodes = (node("n1", zone="a"), node("n2", "1", zone="b"))
    found = list(_mended(*nodes, workload("web", 4, topologySpreadConstraints=spread("web"))))
    assert found.index("let the zone spread of shop/web differ by 2") < found.index(
        "make the zone spread of shop/web a preference (ScheduleAnyway)"
    )


def test_two_conflicts_need_two_changes() -> None:
    tainted = node("n1", taints=[{"key": "x", "effect": "NoSchedule"}])
    stuck = workload("stuck", nodeSelector={"disk": "ssd"}, tolerations=[{"operator": "Exists"}])
    found = _mended(tainted, workload("web"), stuck)
    assert any(len(changes) == 2 for changes in found.values())


def test_every_repair_of_a_random_conflict_really_mends_it() -> None:
    tried = 0
    for seed in range(400, 445):
        resources, cluster = random_case(seed, nodes=4, pods=8)
        problem = build(resources, cluster)
        assert isinstance(problem, Problem) and problem.inventory is not None and problem.inventory.question is not None
        answer = solve(problem, budget=5)
        if not isinstance(answer, Infeasible):
            continue
        core = [i for i, r in enumerate(problem.requirements) if r in answer.core]
        for idea in (i for r in core for i in softened(problem, r, problem.inventory.question)):
            if idea.description in {r.description for r in answer.repairs}:
                after = idea.apply(problem.inventory.question)
                again = build(after.resources, after.cluster)
                assert isinstance(again, Problem) and isinstance(solve(again, budget=5), Placement), seed
                tried += 1
    assert tried > 3


def test_a_preference_keeps_its_term() -> None:
    answer = placed(node("n1", zone="a"), workload("web", 2, affinity=apart("web", ZONE)))
    assert isinstance(answer, Infeasible)
    idea = next(r for r in answer.repairs if "preference" in r.description)
    added, dropped = idea.changes
    assert added.after == {"weight": 100, "podAffinityTerm": dropped.before} and dropped.after is None
    assert HOST not in str(added.after)
