"""`kspec simulate`: a design in its own words, and the objects that its control plane writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Ran

Kspec = Callable[..., Ran]

LAB = """\
cluster lab { nodepool a { count: 2  machine { cpu: 4  memory: 16Gi } } }
namespace shop {
  deployment web {
    replicas: 2
    strategy { rollingUpdate { maxSurge: 1  maxUnavailable: 0 } }
    container app { image: "web:1"  resources { cpu: 100m  memory: 64Mi..64Mi } }
  }
}
scenario grows { scale web to 3  wait until settled }
"""
STEPS = """\
- waitUntil: Deployment/web rolled out
- patch: Deployment/web
  body: {spec: {template: {spec: {containers: [{name: app, image: "web:2"}]}}}}
- waitUntil: Deployment/web rolled out
- waitQuietSeconds: 2
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    path = tmp_path / "lab.kspec"
    path.write_text(LAB)
    (tmp_path / "steps.yaml").write_text(STEPS)
    return path


def test_steps_are_done_to_objects(lab: Path, kspec: Kspec) -> None:
    answer = kspec("simulate", lab, "--steps", lab.with_name("steps.yaml"), "--format", "json").json
    assert answer["schema"] == "kspec/trace/v1" and answer["settled"] and answer["steps"]
    sets = answer["final"]["ReplicaSet"]
    assert {name: s["replicas"] for name, s in sets.items()} == {"web-rs1": 0, "web-rs2": 2}
    said = [e["message"] for e in answer["log"] if e.get("kind") == "Event" and e["reason"] == "ScalingReplicaSet"]
    assert said[:2] == ["Scaled up replica set web-rs1 from 0 to 2", "Scaled up replica set web-rs2 from 0 to 1"]


def test_plain_manifests_and_nodes_are_as_good_as_a_design(lab: Path, kspec: Kspec, tmp_path: Path) -> None:
    assert kspec("build", lab, "-o", tmp_path / "out", "-q").code == 0
    (tmp_path / "nodes.kspec").write_text(LAB.splitlines()[0])
    manifests = tmp_path / "out" / "lab" / "manifests"
    ran = kspec("simulate", manifests, tmp_path / "nodes.kspec", "--steps", lab.with_name("steps.yaml"))
    assert ran.code == 0 and "Scaled up replica set web-rs2 from 0 to 1" in ran.out


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("- dance: Deployment/web", "step 1"),
        ("- patch: Deployment/web", "`patch` wants a `body`"),
        ("- apply: Pod/x\n  file: gone.yaml", "gone.yaml"),
        ("- [", "steps.yaml"),
    ],
)
def test_mistakes_in_steps_are_told(steps: str, says: str, lab: Path, kspec: Kspec) -> None:
    file = lab.with_name("steps.yaml")
    file.write_text(steps)
    ran = kspec("simulate", lab, "--steps", file)
    assert ran.code == 2 and says in ran.err


def test_a_scenario_is_played_after_the_design_has_settled(lab: Path, kspec: Kspec) -> None:
    out = kspec("simulate", lab, "--scenario", "grows", "--only", "web", "--changes").out
    assert "scales deployment web from 2 to 3" in out and "settled after" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--scenario", "grwos"], "no scenario 'grwos'"),
        (["--scenario", "grows", "--course", "2"], "has 1 courses"),
        (["--state-at", "100000"], "steps"),
        (["--state-at", "3", "--format", "mermaid"], "text or json"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], says: str, lab: Path, kspec: Kspec) -> None:
    ran = kspec("simulate", lab, *arguments)
    assert ran.code == 2 and says in ran.err


def test_the_state_after_a_step_is_told_object_by_object(lab: Path, kspec: Kspec) -> None:
    answer = kspec("simulate", lab, "--format", "json").json
    last = answer["steps"][-1]["n"]
    state = kspec("simulate", lab, "--state-at", str(last), "--format", "json").json
    pods = [o for o in state["objects"] if o["kind"] == "Pod"]
    assert [o["fields"]["status.phase"] for o in pods] == ["Running", "Running"]
