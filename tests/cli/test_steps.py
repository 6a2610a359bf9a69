"""`kspec simulate --steps`: a design in a cluster of objects, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import DESIGNS, Ran

MANIFEST = """
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}, capacity: {cpu: 4, memory: 8Gi, pods: 110}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAMESPACE}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "x:1"}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for namespace in ("a", "b"):
        text = MANIFEST.replace("NAMESPACE", namespace)
        (tmp_path / f"{namespace}.yaml").write_text(text if namespace == "a" else text.partition("---")[2])
    return tmp_path


def test_steps_are_done_to_a_design_that_has_settled(kspec: Callable[..., Ran], folder: Path) -> None:
    steps = folder / "steps.txt"
    steps.write_text("- scale: Deployment/b/web\n  replicas: 2\n- waitUntil: Deployment/b/web rolled out\n")
    run = kspec("simulate", folder / "a.yaml", folder / "b.yaml", "--steps", steps, "--format", "json")
    assert run.code == 0
    pods = [s["object"] for s in run.json["steps"] if s["action"] == "create" and s["object"]["kind"] == "Pod"]
    assert [(p["namespace"], p["name"]) for p in pods] == [
        ("a", "web-rs1-p1"),
        ("b", "web-rs1-p1"),
        ("b", "web-rs1-p2"),
    ]
    assert run.json["settled"]


def test_an_object_that_a_step_applies_comes_only_then(kspec: Callable[..., Ran], folder: Path) -> None:
    steps = folder / "steps.txt"
    steps.write_text("- sleepSeconds: 20\n- apply: Deployment/b/web\n")
    run = kspec("simulate", folder / "a.yaml", folder / "b.yaml", "--steps", steps, "--format", "json")
    made = {s["object"]["namespace"]: s["time"] for s in run.json["steps"] if s["object"]["kind"] == "Deployment"}
    assert made["a"] < 20 < made["b"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("- dance: x\n", "a step `dance` is not known"),
        ("- apply: Deployment/other\n", "the design has no Deployment/other to apply"),
        ("- [\n", "not YAML"),
    ],
)
def test_steps_that_make_no_sense_are_refused(kspec: Callable[..., Ran], folder: Path, text: str, wrong: str) -> None:
    steps = folder / "steps.txt"
    steps.write_text(text)
    run = kspec("simulate", folder / "a.yaml", "--steps", steps)
    assert run.code == 2
    assert wrong in run.out + run.err


def test_the_shop_is_drained_step_by_step(kspec: Callable[..., Ran], tmp_path: Path) -> None:
    steps = tmp_path / "steps.yaml"
    steps.write_text("- cordon: general-a-1\n- waitQuietSeconds: 2\n- stopKubelet: general-b-1\n- sleepSeconds: 60\n")
    run = kspec("simulate", DESIGNS / "shop.kspec", "--steps", steps)
    assert run.code == 0
    assert "stop kubelet general-b-1" in run.out
    assert "Node is not ready" in run.out
