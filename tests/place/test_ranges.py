"""How few nodes the sizes of an autoscaled workload need: compared with trying every set of nodes."""

from __future__ import annotations

from collections import Counter

import pytest
from smallworlds.clusters import thing
from smallworlds.sizes import agreeing, autoscaler, random_range
from smallworlds.written import apart, near, node, spread, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Problem, build
from kspec.place.ranges import Enough, Range, ranges
from kspec.place.ranges.monotone import shrinks


def asked(*resources: Resource, cluster: Cluster | None = None) -> Range:
    problem = build(resources, cluster or Cluster())
    assert isinstance(problem, Problem)
    (found,) = ranges(problem, budget=10)
    return found


def nodes_needed(found: Range) -> list[int | None]:
    assert all(size.optimal for size in found.sizes), found
    return [size.nodes for size in found.sizes]


def test_each_size_is_told_and_the_largest_decides_where_smaller_ones_fit_wherever_larger_ones_do() -> None:
    found = asked(*(node(f"n{i}", "2") for i in range(5)), workload("web", 2, "1"), autoscaler(2, 7))
    assert nodes_needed(found) == [1, 2, 2, 3, 3, 4]
    assert (found.whole.enough, found.whole.nodes, found.whole.optimal, found.monotone) == (Enough.YES, 4, True, True)
    assert (found.low, found.high, len(found.whole.names)) == (2, 7, 4)


def test_a_size_that_has_no_placement_is_told_with_what_keeps_it_from_one() -> None:
    found = asked(node("n1"), node("n2"), workload("web", 1, affinity=apart("web")), autoscaler(1, 4))
    assert [size.enough for size in found.sizes] == [Enough.YES, Enough.YES, Enough.NO, Enough.NO]
    assert found.whole.enough is Enough.NO and found.whole.summary.startswith("3 replicas of shop/web need 3 nodes")


def test_other_pods_that_look_for_the_workload_may_make_a_small_size_the_hard_one() -> None:
    """Pods that want to be near a pod of the workload in their zone need one in each zone in which there are some."""
    db = [workload(f"db{z}", 1, "1", affinity=near("web"), nodeSelector={"zone": z}) for z in "ab"]
    nodes = [node(f"n{z}", "4", zone=z, labels={"zone": z}) for z in "ab"]
    found = asked(*nodes, *db, workload("web", 2, "1"), autoscaler(1, 3))
    assert not found.monotone
    assert [size.enough for size in found.sizes] == [Enough.NO, Enough.YES, Enough.YES]


def test_pods_that_run_already_stay_and_smaller_sizes_are_left_out() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": True}
    spec = {"nodeName": "n1", "containers": [{"name": "main", "image": "x"}]}
    pods = [thing("v1", "Pod", f"web-{i}", "shop", {"app": "web"}, spec=spec) for i in range(2)]
    for pod in pods:
        pod["metadata"]["ownerReferences"] = [owner]
    found = asked(node("n1"), *map(Resource, pods), workload("web", 3), autoscaler(1, 3))
    assert (found.low, found.high) == (2, 3) and "2 pods run already" in found.note


def test_what_is_written_with_no_replicas_is_not_autoscaled() -> None:
    problem = build([node("n1"), workload("web", 0), autoscaler(1, 3)], Cluster())
    assert isinstance(problem, Problem) and not list(ranges(problem, budget=1))


def test_what_is_told_agrees_with_trying_every_set_of_nodes() -> None:
    seen: Counter[bool] = Counter()
    for seed in range(540, 580):
        asked = random_range(seed)
        if asked is not None and (found := agreeing(*asked)).whole.enough is Enough.YES:
            seen[found.monotone] += 1
    assert seen[True] > 1 and seen[False] > 1, seen


@pytest.mark.parametrize(
    ("rule", "monotone"),
    [
        ({}, True),
        ({"affinity": apart("web")}, True),
        ({"topologySpreadConstraints": spread("web")}, True),
        ({"topologySpreadConstraints": [*spread("web"), *spread("web", "kubernetes.io/hostname")]}, False),
        ({"affinity": near("web")}, True),
        ({"affinity": near("web"), "topologySpreadConstraints": spread("web")}, False),
        ({"affinity": near("other")}, True),
    ],
)
def test_of_rules_that_count_pods_only_a_workloads_own_one_lets_it_shrink(
    rule: dict[str, object], monotone: bool
) -> None:
    problem = build([node("n1", zone="a"), workload("web", 2, **rule), workload("other", 1)], Cluster())
    assert isinstance(problem, Problem)
    assert shrinks(problem, "shop/Deployment/web") is monotone
