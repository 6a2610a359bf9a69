"""What keeps pods in bounds: disruption budgets, quotas, limits; and who may be sent traffic."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.playing import QUIET, deployment, patch, played, until

ROLLED_OUT = until("Deployment/web rolled out")
BUDGET = """
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME}
spec: {selector: {matchLabels: {app: web}}, SPEC}
"""


def budget(spec: str, name: str = "web") -> str:
    return BUDGET.replace("NAME", name).replace("SPEC", spec)


@pytest.mark.parametrize(
    ("spec", "healthy", "allowed"),
    [
        ("minAvailable: 30%", 2, 3),
        ("maxUnavailable: 30%", 3, 2),
        ("minAvailable: 5", 5, 0),
        ("maxUnavailable: 100%", 0, 5),
    ],
)
def test_a_budget_rounds_percentages_up(spec: str, healthy: int, allowed: int) -> None:
    status = played(deployment(replicas=5) + budget(spec), [ROLLED_OUT, QUIET]).final["PodDisruptionBudget"]["web"]
    assert status["status"]["desiredHealthy"] == healthy
    assert status["status"]["disruptionsAllowed"] == allowed


@pytest.mark.parametrize(
    ("budgets", "code", "words"),
    [
        ((), 201, ""),
        (("minAvailable: 2",), 429, "needs 2 healthy pods and has 2 currently"),
        (("minAvailable: 1", "minAvailable: 1"), 500, "more than one PodDisruptionBudget"),
    ],
)
def test_an_eviction_asks_the_budget(budgets: tuple[str, ...], code: int, words: str) -> None:
    text = deployment(replicas=2) + "".join(budget(spec, f"b{n}") for n, spec in enumerate(budgets))
    run = played(text, [ROLLED_OUT, QUIET, {"evict": "Pod/web-rs1-p1"}, QUIET])
    (answer,) = run.answers("evictionResult")
    assert answer["evictionResult"] == code
    assert words in str(answer)
    assert ("web-rs1-p1" in run.final["Pod"]) == (code != 201)


def test_an_eviction_of_nothing_is_refused() -> None:
    (answer,) = played(deployment(replicas=1), [ROLLED_OUT, {"evict": "Pod/gone"}]).answers("evictionResult")
    assert (answer["evictionResult"], answer["message"]) == (404, 'pods "gone" not found')


def test_a_quota_counts_what_is_there_and_refuses_more() -> None:
    quota = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {pods: "2", requests.memory: 1Gi, count/replicasets.apps: "1"}}
---
"""
    text = quota + deployment(replicas=3, container={"resources": {"requests": {"memory": "128Mi"}}})
    run = played(text, [QUIET, patch("Deployment/web", {"spec": {"replicas": 1}}), QUIET])
    used = run.values("ResourceQuota", "q", "used")
    assert {"pods": "2", "requests.memory": "256Mi", "count/replicasets.apps": "1"} in used
    assert used[-1] == {"pods": "1", "requests.memory": "128Mi", "count/replicasets.apps": "1"}
    refused = "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"
    assert any(refused in message for message in run.events("ReplicaSet/web-rs1", "FailedCreate"))


def test_what_the_server_refuses_is_in_the_log() -> None:
    steps = [patch("Deployment/web", {"spec": {"replicas": -1}}), {"delete": "Pod/nope"}]
    refused = played(deployment(), steps).answers("refused")
    assert refused[0].endswith("spec.replicas: Invalid value: -1: must be greater than or equal to 0")
    assert refused[1] == 'pods "nope" not found'


@pytest.mark.parametrize("published", [False, True])
def test_pods_that_are_not_ready_get_traffic_only_where_that_is_wanted(published: bool) -> None:
    service = f"""
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector: {{app: web}}
  publishNotReadyAddresses: {str(published).lower()}
  ports: [{{name: http, port: 80, targetPort: web}}]
"""
    container: dict[str, Any] = {"ports": [{"name": "web", "containerPort": 8080}]}
    text = deployment(replicas=1, notes={"kspec.test/ready": "false"}, container=container) + service
    found = played(text, [QUIET]).final["EndpointSlice"]["web-es1"]
    (endpoint,) = found["endpoints"]
    assert (endpoint["ready"], endpoint["serving"], endpoint["terminating"]) == (published, False, False)
    assert found["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]


def test_a_service_is_given_addresses_that_it_keeps() -> None:
    service = """
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: b, port: 80}, {name: a, port: 81}]}
"""
    steps = [ROLLED_OUT, patch("Service/web", {"spec": {"selector": {"app": "other"}}}), QUIET]
    run = played(deployment(replicas=1) + service, steps)
    assert run.answers("refused") == []
    assert [p["name"] for p in run.values("EndpointSlice", "web-es1", "ports")[0]] == ["b", "a"]
    assert "endpoints" not in run.final["EndpointSlice"]["web-es1"]
