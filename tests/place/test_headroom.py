"""Headroom: what is said to fit fits, and one more does not."""

from smallworlds.brute import solvable
from smallworlds.clusters import random_case
from smallworlds.written import apart, node, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Placement, Problem, build, solve
from kspec.place.headroom import Headroom, headroom, larger


def _rooms(*resources: Resource) -> dict[str, Headroom]:
    problem = build(resources, Cluster())
    assert isinstance(problem, Problem)
    return {r.workload: r for r in headroom(problem, budget=10)}


def test_room_is_counted_for_each_workload_alone() -> None:
    found = _rooms(*(node(f"n{i}", "4") for i in range(3)), workload("web", 2, "1"), workload("big", 1, "3"))
    assert {w.rpartition("/")[2]: (r.more, r.exact) for w, r in found.items()} == {"web": (7, True), "big": (2, True)}


def test_what_stops_one_more_is_told() -> None:
    found = _rooms(node("n1"), node("n2"), workload("web", 1, "1", affinity=apart("web")))
    (room,) = found.values()
    assert (room.more, room.exact) == (1, True)
    assert (
        room.stop == "3 replicas of shop/web need 3 nodes (host anti-affinity); there are 2 such nodes: nodes n1 and n2"
    )


def test_room_agrees_with_trying_everything() -> None:
    compared = 0
    for seed in range(900, 990):
        problem = build(*random_case(seed, nodes=3, pods=3, ranges=False))
        assert isinstance(problem, Problem)
        if not isinstance(solve(problem, budget=5, repairs=False), Placement):
            continue
        for room in headroom(problem, budget=10):
            if room.exact and room.more <= 2:
                assert not solvable(larger(problem, {room.workload: room.more + 1})), (seed, room)
                assert room.more == 0 or solvable(larger(problem, {room.workload: room.more})), (seed, room)
                compared += 1
    assert compared > 20
