"""Budgets over pods whose number nobody can know, and ReplicationControllers.

Upstream: pkg/controller/disruption/disruption_test.go, pkg/controller/replication/replication_controller.go (v1.36).
"""

from __future__ import annotations

from tests.cluster.playing import QUIET, patch, played, until

_POD = '{metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "registry.test/web:1"}]}}'
DAEMONS = f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: web}}
spec: {{selector: {{matchLabels: {{app: web}}}}, template: {_POD}}}
"""
CONTROLLER = f"""
apiVersion: v1
kind: ReplicationController
metadata: {{name: web}}
spec: {{replicas: 2, selector: {{app: web}}, template: {_POD}}}
"""
BUDGET = """
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""


def test_a_budget_over_daemons_allows_nothing() -> None:
    run = played(DAEMONS + BUDGET, [until("DaemonSet/web settled"), QUIET, {"evict": "Pod/web-p1"}, QUIET])
    told = "daemonsets.apps does not implement the scale subresource"
    allowed = run.final["PodDisruptionBudget"]["web"]["conditions"]["DisruptionAllowed"]
    assert (allowed["reason"], allowed["message"]) == ("SyncFailed", told)
    said = run.events("PodDisruptionBudget/web", "CalculateExpectedPodCountFailed")
    assert set(said) == {f"Failed to calculate the number of expected pods: {told}"}
    assert run.answers("evictionResult")[0]["evictionResult"] == 429


def test_a_budget_asks_a_replication_controller_for_its_size() -> None:
    run = played(CONTROLLER + BUDGET, [until("ReplicationController/web settled"), QUIET])
    status = run.final["PodDisruptionBudget"]["web"]["status"]
    assert (status["expectedPods"], status["disruptionsAllowed"]) == (2, 1)


def test_a_replication_controller_keeps_its_pods_in_number() -> None:
    ready = until("ReplicationController/web settled")
    run = played(CONTROLLER, [ready, QUIET, patch("ReplicationController/web", {"spec": {"replicas": 1}}), QUIET])
    assert run.final["ReplicationController"]["web"]["status"] == {
        "replicas": 1,
        "fullyLabeledReplicas": 1,
        "readyReplicas": 1,
        "availableReplicas": 1,
        "observedGeneration": 2,
    }
    assert run.events("ReplicationController/web", "SuccessfulDelete") == ["Deleted pod: web-p2"]
