"""What answers say: the contract, conflicts in the user's words, positions, notes."""

import json
from pathlib import Path

import pytest
import yaml
from smallworlds.written import apart, node, nodes_of, placed, running, workload

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Infeasible, Placement, Problem, Unknown, build, solve, to_json
from kspec.place.certificate import Linear, contradicts
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.source.tree import Path as Field

MANIFESTS = Path(__file__).parents[2].parent / "shared" / "manifests"
POOL = {"name": "general-b", "count": {"low": 2, "high": 4}, "machine": {"cpu": "4", "memory": "8Gi"}, "zone": "b"}


class Written:
    """An origin that answers with the depth of the path it was asked for, so that tests see which field was meant."""

    def at(self, path: Field) -> Span | None:
        return Span("design.kspec", 1 + len(path), 1, 1 + len(path), 9)

    key = at


def _infeasible(*resources: Resource, cluster: Cluster | None = None) -> Infeasible:
    answer = placed(*resources, cluster=cluster)
    assert isinstance(answer, Infeasible)
    return answer


def test_a_conflict_reads_as_who_needs_what_under_which_rule_and_what_there_is() -> None:
    cluster = Cluster.model_validate({"pools": [POOL]})
    answer = _infeasible(
        workload("web", 6, affinity=apart("web"), nodeSelector={"topology.kubernetes.io/zone": "b"}), cluster=cluster
    )
    assert (
        answer.summary == "6 replicas of shop/web need 6 nodes (host anti-affinity); pool general-b has at most 4 nodes"
    )
    assert [r.id for r in answer.core] == [
        "shop/Deployment/web:Replicas",
        "shop/Deployment/web:InterPodAntiAffinity:0",
        "pool general-b:Nodes",
    ]
    assert answer.minimal


def test_a_conflict_about_room_adds_up_what_is_asked_for() -> None:
    answer = _infeasible(node("n1", "2"), workload("web", 3, "800m"), workload("api", 1, "100m"))
    assert answer.summary == "3 replicas of shop/web need 2.4 cpu; there is only node n1 with 2 cpu"


def test_only_what_conflicts_is_told() -> None:
    answer = _infeasible(node("n1"), node("n2"), workload("fine", 2), workload("stuck", nodeSelector={"disk": "ssd"}))
    assert [r.id for r in answer.core] == ["shop/Deployment/stuck:Replicas", "shop/Deployment/stuck:NodeSelector"]
    assert answer.summary == "1 replica of shop/stuck has no node (nodeSelector disk=ssd)"


def test_each_requirement_knows_the_field_that_states_it() -> None:
    web = Resource(workload("web", 2, affinity=apart("web")).manifest, Written())
    problem = build([node("n1"), web], Cluster())
    assert isinstance(problem, Problem)
    answer = solve(problem)
    assert isinstance(answer, Infeasible)
    paths = {r.why.value: r.path for r in answer.core}
    assert paths["Replicas"] == ("spec", "replicas")
    term = ("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", 0)
    assert paths["InterPodAntiAffinity"] == ("spec", "template", "spec", *term)
    spans = [entry["span"] for entry in to_json(answer)["core"]]  # type: ignore[union-attr, index, call-overload]
    assert {"file": "design.kspec", "line": 3, "column": 1, "endLine": 3, "endColumn": 9} in spans


def test_answers_keep_the_contract_and_their_bytes() -> None:
    cases = [placed(node("n1"), workload("web", 2)), placed(node("n1"), workload("web", 9))]
    for answer in cases:
        told = to_json(answer)
        keys = ("schema", "verdict", "objective", "assignments", "core", "repairs", "certificate", "seconds")
        assert all(key in told for key in keys)
        assert told["schema"] == "kspec/place/v1"
        assert json.dumps(told) == json.dumps(to_json(answer))
    assert to_json(cases[0])["verdict"] == "placed" and to_json(cases[1])["verdict"] == "infeasible"
    assert to_json(cases[0], 1.5)["seconds"] == 1.5


def test_a_linear_certificate_adds_up_to_a_contradiction_and_a_changed_one_does_not() -> None:
    certificate = _infeasible(node("n1", "2"), workload("web", 3)).certificate
    assert isinstance(certificate, Linear) and contradicts(certificate)
    (_, first), *rest = certificate.rows
    assert not contradicts(Linear(((0, first), *rest)))


def test_an_autoscaled_workload_is_placed_inside_its_range_and_the_answer_says_at_which_size() -> None:
    target = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 3, "maxReplicas": 5}
    head = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
    scaler = Resource({**head, "metadata": {"name": "web", "namespace": "shop"}, "spec": target})
    web = workload("web", 1)
    del web.manifest["spec"]["replicas"]  # type: ignore[union-attr, index, call-overload, arg-type]
    answer = placed(node("n1", "8"), web, scaler)
    assert len(nodes_of(answer, "web")) == 3
    assert answer.notes == ("shop/Deployment/web is placed at minReplicas of HorizontalPodAutoscaler web (3)",)
    assert len(nodes_of(placed(node("n1", "8"), workload("web", 4), scaler), "web")) == 4


def test_running_pods_count_towards_their_workload_and_stay_where_they_are() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "1", "controller": True}
    old = running("db-1", "n2")
    old.manifest["metadata"]["ownerReferences"] = [owner]  # type: ignore[index, call-overload]
    answer = placed(node("n1"), node("n2"), old, workload("db", 3, "2", kind="StatefulSet"))
    assert isinstance(answer, Placement)
    where = {a.pod: a.node for a in answer.assignments}
    assert sorted(where) == ["shop/db-0", "shop/db-1", "shop/db-2"] and where["shop/db-1"] == "n2"


def test_without_any_node_or_with_a_misshapen_object_there_are_findings() -> None:
    nothing = build([workload("web")], Cluster())
    assert isinstance(nothing, Diagnostics) and nothing.has_errors
    broken = Resource(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"replicas": "many"}}
    )
    found = build([node("n1"), broken], Cluster())
    assert isinstance(found, Diagnostics) and [d.rule.id for d in found] == ["KS1001"]


def test_out_of_budget_is_unknown_and_shows_the_best_packing() -> None:
    parts = [workload(f"w{i}", 3, f"{400 + 37 * i}m") for i in range(8)]
    total = 3 * sum(400 + 37 * i for i in range(8))
    nodes = [node(f"n{i}", f"{total // 7 + 1}m") for i in range(7)]
    problem = build([*nodes, *parts], Cluster())
    assert isinstance(problem, Problem)
    answer = solve(problem, budget=0.02)
    if isinstance(answer, Unknown):
        assert len(answer.assignments) + len(answer.left) == 24
        assert to_json(answer)["verdict"] == "unknown"


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="needs the shared manifests next to the checkout")
def test_online_boutique_fits_on_three_nodes_of_four_cpus() -> None:
    text = (MANIFESTS / "online-boutique.yaml").read_text()
    shop = [Resource(d) for d in yaml.load_all(text, Loader=yaml.CSafeLoader) if d]
    answer = placed(*(node(f"n{i}", "4", "16Gi") for i in range(3)), *shop)
    assert isinstance(answer, Placement) and len(answer.assignments) == 12
    assert len({a.node for a in answer.assignments}) == 3
