"""Deployments in simulated time: the numbers that real controllers were seen to go through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.playing import QUIET, deployment, image, patch, played, until

ROLLED_OUT = until("Deployment/web rolled out")


def sizes(run: Any, *names: str) -> list[list[int]]:
    return [run.values("ReplicaSet", name, "replicas") for name in names]


@pytest.mark.parametrize(
    ("replicas", "strategy", "first_old", "first_new"),
    [
        (10, {"maxSurge": "25%", "maxUnavailable": "25%"}, [10, 8], [3, 5]),
        (3, {"maxSurge": 0, "maxUnavailable": "10%"}, [3, 2], [0, 1]),
        (3, {"maxSurge": "100%", "maxUnavailable": 0}, [3, 2], [3]),
        (1, {"maxSurge": "25%", "maxUnavailable": "25%"}, [1, 0], [1]),
        (4, {"maxSurge": 0, "maxUnavailable": 2}, [4, 2], [0, 2]),
    ],
)
def test_a_rolling_update_begins_with_as_many_pods_as_it_may(
    replicas: int, strategy: dict[str, Any], first_old: list[int], first_new: list[int]
) -> None:
    text = deployment(replicas=replicas, strategy={"rollingUpdate": strategy})
    run = played(text, [ROLLED_OUT, QUIET, patch("Deployment/web", image("2")), ROLLED_OUT, QUIET])
    old, new = sizes(run, "web-rs1", "web-rs2")
    assert old[: len(first_old)] == first_old
    assert new[: len(first_new)] == first_new
    assert (old[-1], new[-1]) == (0, replicas)
    assert run.run.trace.settled


def test_every_revision_gets_its_share_when_a_stuck_rollout_is_scaled() -> None:
    text = deployment(replicas=10, strategy={"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    steps = [ROLLED_OUT, QUIET, patch("Deployment/web", image("broken")), QUIET]
    steps += [step for size in (15, 8) for step in (patch("Deployment/web", {"spec": {"replicas": size}}), QUIET)]
    assert sizes(played(text, steps), "web-rs1", "web-rs2") == [[10, 8, 11, 7, 6], [3, 5, 7, 4, 5]]


def test_recreate_lets_no_new_pod_in_before_the_old_ones_are_gone() -> None:
    text = deployment(replicas=2, strategy={"type": "Recreate"})
    run = played(text, [ROLLED_OUT, QUIET, patch("Deployment/web", image("2")), {"sleepSeconds": 1}, ROLLED_OUT, QUIET])
    pods = [(e["verb"], e["name"]) for e in run.run.log if e.get("kind") == "Pod" and e["verb"] != "MODIFIED"]
    assert pods[:2] == [("ADDED", "web-rs1-p1"), ("ADDED", "web-rs1-p2")]
    assert sorted(pods[2:4]) == [("DELETED", "web-rs1-p1"), ("DELETED", "web-rs1-p2")]
    assert pods[4:] == [("ADDED", "web-rs2-p1"), ("ADDED", "web-rs2-p2")]


def test_a_pod_is_available_when_it_was_ready_for_long_enough() -> None:
    run = played(deployment(replicas=2, minReadySeconds=4), [ROLLED_OUT, QUIET])
    times = [
        (float(e["t"]), e["changed"]["status"])
        for e in run.run.log
        if e.get("kind") == "ReplicaSet" and "status" in e.get("changed", {})
    ]
    ready = next(t for t, status in times if status.get("readyReplicas") == 2)
    available = next(t for t, status in times if status.get("availableReplicas") == 2)
    assert 3 <= available - ready <= 5


def test_rolling_back_brings_the_old_revision_forward() -> None:
    run = played(
        deployment(replicas=1),
        [
            ROLLED_OUT,
            patch("Deployment/web", image("2")),
            {"sleepSeconds": 1},
            ROLLED_OUT,
            patch("Deployment/web", image("1")),
            {"sleepSeconds": 1},
            ROLLED_OUT,
            QUIET,
        ],
    )
    notes = run.final["ReplicaSet"]["web-rs1"]["annotations"]
    assert notes["deployment.kubernetes.io/revision"] == "3"
    assert notes["deployment.kubernetes.io/revision-history"] == "1"
    assert run.final["Deployment"]["web"]["annotations"] == {"deployment.kubernetes.io/revision": "3"}


def test_a_deployment_adopts_a_replica_set_by_its_labels_and_not_by_its_template() -> None:
    text = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: old, labels: LABELS}
spec:
  replicas: 1
  selector: {matchLabels: {app: web, old: "yes"}}
  template:
    metadata: {labels: {app: web, old: "yes"}}
    spec: {containers: [{name: main, image: "registry.test/web:0"}]}
---
"""
    adopted = played(text.replace("LABELS", "{app: web}") + deployment(), [ROLLED_OUT, QUIET])
    assert adopted.final["ReplicaSet"]["old"]["replicas"] == 0
    left = played(text.replace("LABELS", "{}") + deployment(), [ROLLED_OUT, QUIET])
    assert "owners" not in left.final["ReplicaSet"]["old"]
    assert left.final["ReplicaSet"]["old"]["replicas"] == 1


def test_a_rollout_without_progress_is_told_once_its_deadline_has_passed() -> None:
    text = deployment(replicas=2, progressDeadlineSeconds=4)
    run = played(text, [ROLLED_OUT, patch("Deployment/web", image("broken")), {"sleepSeconds": 8}, QUIET])
    reasons = [c["Progressing"]["reason"] for c in run.values("Deployment", "web", "conditions")]
    assert reasons[-1] == "ProgressDeadlineExceeded"
    assert reasons.count("ProgressDeadlineExceeded") == 1


@pytest.mark.parametrize(("keys", "done"), [([], False), (["pod-template-hash"], True)])
def test_pods_that_keep_apart_only_from_their_own_revision_can_be_rolled(keys: list[str], done: bool) -> None:
    term = {
        "topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": {"app": "web"}},
        "matchLabelKeys": keys,
    }
    apart = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    text = deployment(replicas=3, pod={"affinity": apart}, progressDeadlineSeconds=4)
    run = played(text, [ROLLED_OUT, QUIET, patch("Deployment/web", image("2")), {"sleepSeconds": 8}, QUIET])
    assert (run.final["ReplicaSet"]["web-rs1"]["replicas"] == 0) == done
