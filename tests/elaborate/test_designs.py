"""The example designs say what they promise."""

from __future__ import annotations

from collections import Counter

import pytest

from kspec.domain.expansion import expand
from kspec.elaborate import Design, load
from kspec.syntax.nodes import PropertyKind
from tests.elaborate.texts import DESIGNS


def design(name: str, env: str | None = None) -> Design:
    loaded = load([str(DESIGNS / name)], env=env)
    assert [d.message for d in loaded.diagnostics] == []
    assert loaded.design is not None
    return loaded.design


def test_the_shop_has_eight_workloads_of_five_kinds_on_three_zones() -> None:
    shop = design("shop.kspec")
    kinds = Counter(s.kind for s in expand(shop.resources))
    assert sum(kinds.values()) >= 8
    assert set(kinds) == {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}
    pools = {p.name: p for p in shop.cluster.pools}
    assert {p.zone for p in pools.values()} == {"a", "b", "c"}
    general = [p.count for n, p in pools.items() if n.startswith("general-")]
    assert len(general) == 3 and all(count.low < count.high for count in general)
    assert pools["gpu"].taints and not pools["general-a"].taints


def test_the_shop_states_invariants_and_goals_under_disturbances() -> None:
    shop = design("shop.kspec")
    kinds = Counter(p.kind for p in shop.properties)
    assert kinds[PropertyKind.INVARIANT] >= 4 and kinds[PropertyKind.GOAL] >= 2
    disturbances = {d.name.text for p in shop.properties for d in p.under}
    assert disturbances >= {"rollout", "drain", "loss"}
    assert all(p.under for p in shop.properties)


@pytest.mark.parametrize(("env", "replicas"), [(None, (3, 12)), ("dev", (1, 2)), ("staging", (2, 4))])
def test_the_shop_has_environments(env: str | None, replicas: tuple[int, int]) -> None:
    shop = design("shop.kspec", env)
    hpa = shop.find("HorizontalPodAutoscaler", "shop", "web")
    assert hpa is not None
    spec = hpa.manifest["spec"]
    assert isinstance(spec, dict) and (spec["minReplicas"], spec["maxReplicas"]) == replicas
    assert (shop.find("PodDisruptionBudget", "shop", "web") is None) == (env is not None)


@pytest.mark.parametrize("name", ["broken/crowded.kspec", "broken/stuck-rollout.kspec", "broken/race.kspec"])
def test_the_broken_siblings_are_well_formed(name: str) -> None:
    assert design(name).resources
