"""What pods request, whether it fits, and what scores follow.

Tables restate upstream's fit_test.go, {least,most}_allocated_test.go, requested_to_capacity_ratio_test.go,
balanced_allocation_test.go.
"""

from __future__ import annotations

import making
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kspec.scheduler.framework.resources import non_zero, pod_requests, scored_requests
from kspec.scheduler.framework.status import Code
from kspec.scheduler.plugins.node_resources_balanced_allocation import Balanced
from kspec.scheduler.plugins.scoring_strategies import (
    LeastAllocated,
    MostAllocated,
    RequestedToCapacityRatio,
    ScoredResource,
    Strategy,
    Use,
    Uses,
)

CPU, MEMORY, GPU = ScoredResource("cpu"), ScoredResource("memory"), ScoredResource("example.com/gpu", 3)


def container(cpu: str, memory: str = "", **more: object) -> dict[str, object]:
    requests = {k: v for k, v in {"cpu": cpu, "memory": memory}.items() if v}
    return {"name": "x", "resources": {"requests": requests}, **more}


def test_containers_add_up_and_init_containers_count_by_their_peak() -> None:
    spec = making.pod("p", cpu="1", memory="1Gi", initContainers=[container("3"), container("2", "3Gi")]).spec
    assert pod_requests(spec) == {"cpu": 3000, "memory": 3 << 30}


def test_a_sidecar_runs_next_to_containers_and_to_later_init_containers() -> None:
    sidecar = container("500m", restartPolicy="Always")
    spec = making.pod("p", cpu="1", initContainers=[sidecar, container("2")]).spec
    assert pod_requests(spec) == {"cpu": 2500}


def test_overhead_comes_on_top_and_limits_stand_in_for_requests() -> None:
    limits = {"resources": {"limits": {"cpu": "2"}}}
    assert pod_requests(making.pod("p", container=limits, overhead={"cpu": "250m"}).spec) == {"cpu": 2250}


def test_pod_level_requests_take_the_containers_place_in_the_filter_but_not_in_the_fit_score() -> None:
    spec = making.pod("p", cpu="100m", resources={"requests": {"cpu": "2"}}).spec
    assert pod_requests(spec)["cpu"] == 2000
    assert scored_requests(spec)["cpu"] == 100
    assert non_zero(spec).cpu == 2000


def test_missing_requests_count_in_scores_as_100m_and_200Mi_and_explicit_zeros_as_zero() -> None:
    assert non_zero(making.pod("p").spec) == non_zero(making.pod("q", cpu="100m", memory="200Mi").spec)
    zero = making.pod("p", requests={"cpu": "0", "memory": "0"}).spec
    assert (non_zero(zero).cpu, non_zero(zero).memory) == (0, 0)


def test_all_shortages_of_a_node_are_told_and_a_request_above_the_node_is_hopeless() -> None:
    small, full = making.node("small", cpu="1", memory="1Gi"), making.node("full", memory="1Gi", pods="1")
    there = making.pod("there", cpu="3", nodeName="full")
    result = making.attempt(making.pod("p", cpu="2", memory="2Gi"), small, full, there)
    assert making.status_of(result, "small").reasons == ("Insufficient cpu", "Insufficient memory")
    assert making.status_of(result, "small").code is Code.UNRESOLVABLE
    assert making.status_of(result, "full").reasons == ("Too many pods", "Insufficient cpu", "Insufficient memory")


def test_extended_resources_and_hugepages_are_counted_like_the_others() -> None:
    has = making.node("has", resources={"example.com/gpu": "2", "hugepages-2Mi": "4Mi"})
    wants = {"example.com/gpu": "2", "hugepages-2Mi": "4Mi"}
    result = making.attempt(making.pod("p", requests=wants), has, making.node("lacks"))
    assert making.feasible(result) == ["has"]
    assert making.reasons(result)["lacks"] == ("Insufficient example.com/gpu", "Insufficient hugepages-2Mi")


@pytest.mark.parametrize(
    ("strategy", "uses", "score"),
    [
        (LeastAllocated((CPU, MEMORY)), [Use(3000, 0, 4000), Use(5000, 0, 10000)], 37),
        (LeastAllocated((CPU, MEMORY)), [Use(5000, 0, 4000), Use(0, 0, 10000)], 50),
        (LeastAllocated((CPU, GPU)), [Use(0, 0, 4000), Use(2, 0, 4)], 62),
        (LeastAllocated((CPU, GPU)), [Use(1000, 0, 4000), Use(0, 0, 0)], 75),
        (MostAllocated((CPU, MEMORY)), [Use(3000, 0, 4000), Use(5000, 0, 10000)], 62),
        (MostAllocated((CPU, MEMORY)), [Use(9000, 0, 4000), Use(5000, 0, 10000)], 75),
        (RequestedToCapacityRatio((CPU, MEMORY), ((0, 10), (100, 0))), [Use(3000, 0, 4000), Use(5000, 0, 10000)], 38),
        (RequestedToCapacityRatio((CPU, MEMORY), ((0, 0), (100, 10))), [Use(0, 0, 4000), Use(5000, 0, 10000)], 50),
        (RequestedToCapacityRatio((CPU,), ((20, 0), (60, 8), (80, 10))), [Use(1600, 0, 4000)], 40),
        (Balanced((CPU, MEMORY)), [Use(2000, 2000, 4000), Use(5000, 5000, 10000)], 75),
        (Balanced((CPU, MEMORY)), [Use(4000, 0, 4000), Use(0, 0, 10000)], 50),
        (Balanced((CPU, MEMORY)), [Use(2000, 2000, 4000), Use(5000, 0, 10000)], 87),
    ],
)
def test_strategies_score_as_upstream(strategy: Strategy, uses: list[Use], score: int) -> None:
    assert strategy.one(uses) == score


AMOUNTS = st.integers(0, 5000)


@given(
    st.lists(st.tuples(*[st.tuples(AMOUNTS, AMOUNTS, st.sampled_from((0, 1000, 4000)))] * 3), min_size=1, max_size=6)
)
def test_a_strategy_scores_many_nodes_as_it_scores_each(nodes: list[tuple[tuple[int, int, int], ...]]) -> None:
    resources = (CPU, MEMORY, GPU)
    shape = ((0, 2), (40, 10), (90, 3))
    strategies: list[Strategy] = [
        LeastAllocated(resources),
        MostAllocated(resources),
        RequestedToCapacityRatio(resources, shape),
        Balanced(resources),
    ]
    uses = [[Use(before + more, before, total) for more, before, total in one] for one in nodes]
    columns = [
        Uses(*(np.array([getattr(one[i], name) for one in uses]) for name in ("after", "before", "allocatable")))
        for i in range(3)
    ]
    for strategy in strategies:
        assert [strategy.one(one) for one in uses] == list(strategy.many(columns))


def test_a_pod_without_requests_is_not_scored_for_balance() -> None:
    result = making.attempt(making.pod("p"), making.node("a"), making.node("b"))
    assert "NodeResourcesBalancedAllocation" not in making.details(result).scores
    assert making.raw(result, "NodeResourcesFit") == {"a": 97, "b": 97}


def test_an_image_counts_by_the_share_of_nodes_that_have_it() -> None:
    mb = 1 << 20
    nodes = [making.node("a", images={"app:1": 500 * mb}), making.node("b"), making.node("c"), making.node("d")]
    result = making.attempt(making.pod("p"), *nodes)
    assert making.raw(result, "ImageLocality") == {"a": 100 * (125 - 23) // (1000 - 23), "b": 0, "c": 0, "d": 0}


def test_an_image_without_a_tag_is_the_latest() -> None:
    has = making.node("a", images={"registry:5000/app:latest": 900 << 20})
    result = making.attempt(making.pod("p", image="registry:5000/app"), has, making.node("b"))
    assert making.raw(result, "ImageLocality")["a"] > 0
