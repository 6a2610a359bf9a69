"""What comes in, and what is told about a decision."""

from __future__ import annotations

from pathlib import Path

import making
import pytest

from kspec.domain.node import HOSTNAME
from kspec.domain.policy import PriorityClass, RuntimeClass
from kspec.domain.storage import StorageClass
from kspec.scheduler.admission import Admission, admit_claim, admit_node, admit_pod
from kspec.scheduler.case import Schedule, run_case, run_list
from kspec.scheduler.explain import explain
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.inputs import check_objects, load
from kspec.scheduler.scheduler import Scheduler, feasible
from kspec.scheduler.what_if import what_if


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "objects.yaml"
    file.write_text(text)
    return file


NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{NODE}status: {{allocatable: {{cpu: '-1'}}}}\n", "status.allocatable.cpu"),
        (f"{NODE}spec: {{taints: [{{key: k}}]}}\n", "taints.0.effect: Field required"),
        (f"{POD}    resources: {{requests: {{cpu: '-1'}}}}\n", "a request of -1 cpu is negative"),
        (
            f"{POD}  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: "
            "{nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In}]}]}}}\n",
            "values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        ),
        (
            f"{POD}  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: "
            "{nodeSelectorTerms: [{matchExpressions: [{key: k, operator: Gt, values: ['1', '2']}]}]}}}\n",
            "values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
        ),
        (f"{POD}  priority: high\n", "spec.priority: Input should be a valid integer"),
    ],
)
def test_what_can_not_be_is_a_diagnostic_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    resources, _ = load(write(tmp_path, text))
    found = list(check_objects(resources))
    assert any(message in d.message for d in found), [d.message for d in found]
    assert all(d.span is not None and d.is_error for d in found)


def test_a_sound_object_is_not_complained_about(tmp_path: Path) -> None:
    resources, diagnostics = load(write(tmp_path, f"{NODE}---\n{POD}"))
    assert not diagnostics and not list(check_objects(resources))
    assert resources[1].namespace == "default"


def test_a_case_folder_that_is_not_one_is_a_diagnostic(tmp_path: Path) -> None:
    assert isinstance(run_case(tmp_path), tuple)
    (tmp_path / "case.yaml").write_text("steps: [{dance: all}]\n")
    found = run_case(tmp_path)
    assert isinstance(found, tuple) and found[0].message == "a step `dance` is not known"


CASE = """
steps:
- createPod: default/bad
  wait: outcome
- createPod: default/p
  wait: outcome
- cordon: a
- deletePod: default/p
- labelNode: a
  labels: {disk: ssd}
- uncordon: a
- createPod: default/q
  wait: outcome
- settleSeconds: 2
"""
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec: {containers: [{name: UPPER, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: q}
spec: {containers: [{name: c, image: i}], nodeSelector: {disk: ssd}}
"""


def test_a_case_takes_its_steps_in_turn_and_tells_what_the_api_server_refuses(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "00-nodes.yaml").write_text(f"{NODE}status: {{allocatable: {{cpu: '1', pods: '9'}}}}\n")
    (tmp_path / "input" / "20-pods.yaml").write_text(PODS)
    (tmp_path / "case.yaml").write_text(CASE)
    schedule = run_case(tmp_path)
    assert isinstance(schedule, Schedule)
    told = [(entry["do"], entry.get("pod", entry.get("node"))) for entry in schedule.log]
    assert told == [
        ("create", "default/bad"),
        ("create", "default/p"),
        ("attempt", "default/p"),
        ("outcome", "default/p"),
        ("cordon", "a"),
        ("delete", "default/p"),
        ("label-node", "a"),
        ("uncordon", "a"),
        ("create", "default/q"),
        ("attempt", "default/q"),
        ("outcome", "default/q"),
        ("settle", None),
    ]
    refused = str(schedule.log[0]["refused"])
    assert refused.startswith('Pod "bad" is invalid: spec.containers[0].name: Invalid value: "UPPER"')
    assert schedule.final == {"default/q": {"node": "a", "priority": 0}}


def test_admission_gives_priority_tolerations_and_selectors_once_and_for_all() -> None:
    catalog = Catalog()
    catalog.put(PriorityClass.model_validate({"metadata": {"name": "vip"}, "value": 9, "preemptionPolicy": "Never"}))
    catalog.put(
        RuntimeClass.model_validate(
            {"kind": "RuntimeClass", "metadata": {"name": "vm"}, "overhead": {"podFixed": {"cpu": "1"}}}
        )
    )
    term = {"topologyKey": HOSTNAME, "labelSelector": {}, "matchLabelKeys": ["rev"], "mismatchLabelKeys": ["team"]}
    pod = making.pod(
        "p",
        labels={"rev": "1", "team": "x"},
        priorityClassName="vip",
        runtimeClassName="vm",
        affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}},
    )
    admitted = admit_pod(pod, catalog)
    assert (admitted.spec.priority, admitted.spec.preemption_policy) == (9, "Never")
    assert {t.key for t in admitted.spec.tolerations} == {
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    }
    selector = admitted.spec.affinity.pod_anti_affinity.required[0].label_selector
    assert selector is not None
    assert [(r.key, r.operator, r.values) for r in selector.match_expressions] == [
        ("rev", "In", ("1",)),
        ("team", "NotIn", ("x",)),
    ]
    assert admitted.spec.overhead["cpu"].milli == 1000
    assert admit_pod(admitted, catalog) == admitted


def test_pods_that_share_a_spec_share_it_after_admission() -> None:
    one = making.pod("one")
    two = one.model_copy(update={"metadata": one.metadata.model_copy(update={"name": "two"})})
    admission = Admission(Catalog())
    assert admission.pod(one).spec is admission.pod(two).spec


def test_cordoned_nodes_are_tainted_and_claims_get_the_default_class() -> None:
    cordoned = admit_node(making.node("a", unschedulable=True))
    assert [t.key for t in cordoned.spec.taints] == ["node.kubernetes.io/unschedulable"]
    assert (
        admit_node(
            cordoned.model_copy(update={"spec": cordoned.spec.model_copy(update={"unschedulable": False})})
        ).spec.taints
        == ()
    )
    catalog = Catalog()
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    catalog.put(StorageClass.model_validate({"metadata": {"name": "std", "annotations": annotations}}))
    from kspec.domain.storage import PersistentVolumeClaim

    claim = PersistentVolumeClaim.model_validate({"metadata": {"name": "c"}, "spec": {}})
    assert admit_claim(claim, catalog).spec.storage_class_name == "std"


NODES = [
    making.node("a", cpu="1", taints=[{"key": "k", "effect": "NoSchedule"}]),
    making.node("b"),
    making.node("c", cpu="8"),
]


def test_an_explanation_has_every_refusal_and_every_score() -> None:
    scheduler = Scheduler(making.snapshot(*NODES))
    told = explain(scheduler, making.pod("p", cpu="2", memory="1Gi"))
    assert told.chosen == "c"
    assert [o.node for o in told.nodes] == ["a", "b", "c"]
    assert [s.plugin for s in told.nodes[0].refusals] == ["TaintToleration", "NodeResourcesFit"]
    assert told.nodes[1].feasible and told.nodes[1].scores["NodeResourcesFit"].raw == (50 + 87) // 2
    assert told.nodes[2].total == sum(s.weighted for s in told.nodes[2].scores.values())
    assert told.weights["TaintToleration"] == 3
    assert not scheduler.cluster.placed


def test_explaining_changes_nothing_for_the_next_pod() -> None:
    nodes = [making.node(f"n{i:03}") for i in range(150)]
    asked, plain = Scheduler(making.snapshot(*nodes)), Scheduler(making.snapshot(*nodes))
    explain(asked, making.pod("p"))
    assert asked.schedule(making.pod("q")) == plain.schedule(making.pod("q"))


def test_a_pod_in_a_list_is_explained_as_it_was_when_its_turn_came() -> None:
    pods = [making.pod("one", cpu="8"), making.pod("two", cpu="3")]
    schedule = run_list(making.snapshot(*NODES), pods, explain=frozenset({"default/two"}))
    told = schedule.explained["default/two"]
    assert told.chosen == "b"
    assert [s.plugin for s in told.nodes[2].refusals] == ["NodeResourcesFit"]


def test_what_if_tells_the_difference() -> None:
    pod = making.pod("p", cpu="6")
    answer = what_if(making.snapshot(*NODES), pod, [making.node("c", cpu="4")])
    assert (answer.before.chosen, answer.after.chosen) == ("c", "")
    changes = {(c.node, c.what): (c.before, c.after) for c in answer.changes}
    assert changes["", "node"] == ("c", "none")
    assert changes["c", "verdict"] == ("feasible", "NodeResourcesFit: Insufficient cpu")
    other = what_if(making.snapshot(*NODES), pod, [making.pod("p", cpu="1")])
    assert other.after.chosen == "c" and ("b", "verdict") in {(c.node, c.what) for c in other.changes}


def test_feasible_is_every_node_that_passes_every_filter() -> None:
    nodes = [making.node(f"n{i:03}", cpu="1" if i % 2 else "4") for i in range(300)]
    found = feasible(making.snapshot(*nodes), making.pod("p", cpu="2"))
    assert found == {f"n{i:03}" for i in range(0, 300, 2)}
