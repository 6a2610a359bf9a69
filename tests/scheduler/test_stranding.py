"""An order that strands a pod is found by running it, and is as short as it can be made."""

from smallworlds.written import node, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.scheduler.stranding import Stage, search


def _design(*resources: Resource) -> Design:
    return Design("test", "1.36", Cluster(), resources, resources)


def _nodes(count: int, cpu: str) -> list[Resource]:
    return [node(f"n{i}", cpu) for i in range(count)]


def test_small_pods_that_come_first_leave_no_room_for_a_large_one() -> None:
    nodes = _nodes(2, "2")
    design = _design(*nodes, workload("large", 1, "2"), workload("small", 2, "1"))
    views = [r.view for r in nodes]
    found = search(design, views, tries=10).found  # type: ignore[arg-type]
    assert found is not None
    assert found.order == ("shop/small-1", "shop/small-2", "shop/large-1")
    assert [pod for pod, _ in found.left] == ["shop/large-1"]
    assert "Insufficient cpu" in found.left[0][1]
    stage = Stage(design, views)  # type: ignore[arg-type]
    again = {pod.key: pod for pod in stage.pods}
    assert stage.run([again[key] for key in found.order], found.seed) == found


def test_where_nothing_is_found_that_is_said() -> None:
    nodes = _nodes(2, "4")
    outcome = search(_design(*nodes, workload("web", 2, "1")), [r.view for r in nodes], tries=6)  # type: ignore[misc]
    assert (outcome.tried, outcome.found) == (6, None)
