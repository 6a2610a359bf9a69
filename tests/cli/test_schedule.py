"""Asking the scheduler from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import DESIGNS, ROOT, Ran

LAB = DESIGNS / "faults" / "B01" / "faulty.kspec"
CORDONED = """
apiVersion: v1
kind: Node
metadata: {name: general-2, labels: {kubernetes.io/hostname: general-2}}
spec: {unschedulable: true}
status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
"""
WITHOUT_AFFINITY = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles: [{schedulerName: default-scheduler, plugins: {multiPoint: {disabled: [{name: InterPodAffinity}]}}}]
"""


def test_a_design_is_scheduled_pod_after_pod(kspec: Callable[..., Ran]) -> None:
    ran = kspec("schedule", LAB, "--format", "json")
    assert ran.code == 0 and ran.json["schema"] == "kspec/schedule/v1"
    assert {pod: at["node"] for pod, at in ran.json["final"].items()} == {
        "shop/web-1": "general-1",
        "shop/web-2": "general-2",
        "shop/web-3": "general-3",
    }


def test_a_decision_is_explained_node_by_node(kspec: Callable[..., Ran]) -> None:
    lines = kspec("schedule", LAB, "--explain", "shop/web-2").out.splitlines()
    assert lines[0] == "shop/web-2 -> general-2"
    assert lines[1] == "  general-1  no: node(s) didn't match pod anti-affinity rules (InterPodAffinity)"
    assert lines[2].startswith("  general-2  yes, ")


@pytest.mark.parametrize(
    ("change", "said"),
    [(CORDONED, "decision  node: general-2 -> none"), (WITHOUT_AFFINITY, "general-1  verdict: InterPodAffinity")],
)
def test_what_would_be_different_is_told(change: str, said: str, tmp_path: Path, kspec: Callable[..., Ran]) -> None:
    (tmp_path / "change.yaml").write_text(change)
    ran = kspec("schedule", LAB, "--explain", "shop/web-2", "--what-if", tmp_path / "change.yaml")
    assert ran.code == 0 and said in ran.out


def test_a_pod_that_is_not_there_is_wrong_usage(kspec: Callable[..., Ran]) -> None:
    assert kspec("schedule", LAB, "--explain", "shop/nobody").code == 2


def test_a_recorded_case_is_replayed_with_its_choices(kspec: Callable[..., Ran]) -> None:
    case = ROOT / "tests" / "conformance" / "scheduler" / "cases" / "pre-pdb"
    case = case if case.is_dir() else next((ROOT / "tests" / "conformance" / "scheduler").rglob("pre-pdb"))
    ran = kspec("schedule", "--case", case, "--format", "json")
    assert ran.code == 0
    assert [e["do"] for e in ran.json["log"]][:2] == ["create", "outcome"]
    assert ran.json["final"]["default/high-1"]["node"] == "n-3"
