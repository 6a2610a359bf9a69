"""Designs that cannot work, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import DESIGNS, MANIFESTS, Ran


def test_a_crowded_cluster_is_told_as_a_minimal_conflict_with_places(kspec: Callable[..., Ran]) -> None:
    ran = kspec("place", DESIGNS / "broken" / "crowded.kspec", "--format", "json")
    assert ran.code == 1
    answer = ran.json
    assert answer["verdict"] == "infeasible" and answer["minimal"] and answer["certificate"]
    said = " ".join(one["message"] for one in answer["core"])
    assert "host anti-affinity" in said and "topology spread" in said and "taint" in said
    assert all(one["span"]["file"].endswith("crowded.kspec") for one in answer["core"])


def test_a_stuck_rollout_is_told_as_a_story_that_ends_waiting(kspec: Callable[..., Ran]) -> None:
    ran = kspec("verify", DESIGNS / "broken" / "stuck-rollout.kspec", "--format", "json")
    assert ran.code == 1
    stuck = next(r for r in ran.json["results"] if r["verdict"] == "violated")
    story = stuck["counterexample"]
    assert story["shape"] == "stuck" and story["loopStart"] is None
    assert [s["n"] for s in story["steps"]] == list(range(1, len(story["steps"]) + 1))
    assert story["steps"][-1]["object"]["kind"] in ("Pod", "ReplicaSet")


def test_a_drain_and_a_rollout_break_a_floor_together(kspec: Callable[..., Ran]) -> None:
    ran = kspec("verify", DESIGNS / "broken" / "race.kspec", "--format", "json")
    assert ran.code == 1
    (result,) = ran.json["results"]
    assert (result["verdict"], result["counterexample"]["shape"]) == ("violated", "safety")


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the manifests of real applications are not part of the project")
def test_a_real_application_is_placed_and_traced_on_a_small_cluster(kspec: Callable[..., Ran], tmp_path: Path) -> None:
    cluster = tmp_path / "lab.kspec"
    cluster.write_text("cluster lab { nodepool general { count: 4  machine { cpu: 4  memory: 16Gi } } }\n")
    boutique = MANIFESTS / "online-boutique.yaml"
    ran = kspec("build", boutique, cluster, "-o", f"{tmp_path}/out", "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["placement"] == "placed" and len(ran.json["manifests"]) == 35
    errors = [
        d for d in kspec("check", boutique, cluster, "--format", "json").json["diagnostics"] if d["severity"] == "error"
    ]
    assert errors == []
