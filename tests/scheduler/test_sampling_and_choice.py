"""Which nodes are looked at in a large cluster, and which of the best is taken."""

from __future__ import annotations

import heapq

import making
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.scheduler.framework.pick import FirstPick
from kspec.scheduler.framework.podinfo import PodInfo
from kspec.scheduler.framework.sampling import examine, feasible_to_find
from kspec.scheduler.scheduler import Scheduler


@pytest.mark.parametrize(
    ("nodes", "percentage", "enough"),
    [
        (10, 0, 10),
        (99, 0, 99),
        (120, 0, 100),
        (1000, 0, 420),
        (5000, 0, 500),
        (6000, 0, 300),
        (10000, 0, 500),
        (1000, 40, 400),
        (120, 10, 100),
        (1000, 100, 1000),
    ],
)
def test_how_many_feasible_nodes_are_enough(nodes: int, percentage: int, enough: int) -> None:
    """Upstream `TestNumFeasibleNodesToFind`."""
    assert feasible_to_find(nodes, percentage) == enough


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.data())
def test_examining_stops_at_the_first_feasible_node_too_many(passes: list[bool], data: st.DataObject) -> None:
    start, enough = data.draw(st.integers(0, len(passes) - 1)), data.draw(st.integers(1, len(passes)))
    sample = examine(np.arange(len(passes)), start, np.array(passes), enough)
    feasible: list[int] = []
    rejected: list[int] = []
    for i in range(len(passes)):
        slot = (start + i) % len(passes)
        if not passes[slot]:
            rejected.append(slot)
        elif len(feasible) == enough:
            break
        else:
            feasible.append(slot)
    assert (list(sample.feasible), list(sample.rejected)) == (feasible, rejected)


def test_the_next_pod_starts_where_the_last_one_stopped() -> None:
    nodes = [making.node(f"n{i:03}") for i in range(120)]
    scheduler = Scheduler(making.snapshot(*nodes))
    first, second = (scheduler.schedule(making.pod(name)) for name in ("p", "q"))
    assert making.details(first).feasible == tuple(f"n{i:03}" for i in range(100))
    assert making.details(second).feasible[:2] == ("n100", "n101")
    assert making.details(first).others is not None
    everything = Scheduler(making.snapshot(*nodes), all_nodes=True).schedule(making.pod("p"))
    assert len(making.details(everything).feasible) == 120


def test_nodes_are_examined_zone_by_zone_in_turn() -> None:
    zones = [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")]
    result = making.attempt(making.pod("p"), *(making.node(n, zone=z) for n, z in zones))
    assert making.details(result).feasible == ("a1", "b1", "c1", "a2", "b2", "a3")


class _Largest:
    """A heap entry: the largest score first, equals not ordered."""

    def __init__(self, score: int, place: int) -> None:
        self.score, self.place = score, place

    def __lt__(self, other: _Largest) -> bool:
        return self.score > other.score


def _down(heap: list[_Largest], at: int) -> None:
    """Go's `heap.down`."""
    while (child := 2 * at + 1) < len(heap):
        if child + 1 < len(heap) and heap[child + 1] < heap[child]:
            child += 1
        if not heap[child] < heap[at]:
            return
        heap[at], heap[child] = heap[child], heap[at]
        at = child


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_the_pick_is_the_root_of_a_heap_built_in_place(scores: list[int]) -> None:
    heap = [_Largest(score, place) for place, score in enumerate(scores)]
    for at in range(len(heap) // 2 - 1, -1, -1):
        _down(heap, at)
    places = np.flatnonzero(np.array(scores) == max(scores))
    pod = Scheduler(making.snapshot()).cluster.info(making.pod("p"))
    assert isinstance(pod, PodInfo)
    assert places[FirstPick().best(pod, places)] == heap[0].place
    assert heapq.nlargest(1, scores)[0] == heap[0].score
