"""`kspec init`: what it writes passes `check`, `place` and `fmt --check`, and nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from kspec.elaborate import load
from tests.running import Ran

Kspec = Callable[..., Ran]

POD = {"requests": {"cpu": "1500m", "memory": "1Gi"}}


def workload(kind: str, name: str, replicas: int, **spec: object) -> dict[str, object]:
    labels = {"app": name}
    pod = {"containers": [{"name": "app", "image": "app:1", "resources": POD}], **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            **({} if kind == "DaemonSet" else {"replicas": replicas}),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


APART = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
HARD = "requiredDuringSchedulingIgnoredDuringExecution"
DISK = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}]}]}
FOLDERS = {
    "apart": [workload("Deployment", "db", 5, affinity={"podAntiAffinity": {HARD: [APART]}})],
    "picky": [
        workload("Deployment", "gpu", 2, nodeSelector={"tier": "gpu"}),
        workload("Deployment", "disk", 2, affinity={"nodeAffinity": {HARD: DISK}}),
        workload("DaemonSet", "agent", 0),
    ],
    "devices": [workload("Deployment", "model", 3)],
    "zones": [workload("StatefulSet", "queue", 2, nodeSelector={"topology.kubernetes.io/zone": "eu-1"})],
}
FOLDERS["devices"][0]["spec"]["template"]["spec"]["containers"][0]["resources"] = {  # type: ignore[index]
    "limits": {"cpu": "4", "memory": "300Gi", "nvidia.com/gpu": "2"}
}


def manifests(folder: Path, objects: list[dict[str, object]]) -> None:
    for number, manifest in enumerate(objects):
        (folder / f"{number}.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("more", [[], ["--import"]], ids=["beside", "as text"])
def test_what_is_written_has_room_for_the_pods(kspec: Kspec, tmp_path: Path, name: str, more: list[str]) -> None:
    manifests(tmp_path, FOLDERS[name])
    assert kspec("init", str(tmp_path), *more).code == 0
    design = str(tmp_path / "design.kspec")
    assert kspec("fmt", "--check", design).code == 0
    placed = kspec("place", design, "--format", "json")
    assert placed.code == 0 and json.loads(placed.out)["verdict"] == "placed"
    loaded = load([design]).design
    assert loaded is not None and len(loaded.resources) == len(FOLDERS[name])
    assert len(loaded.properties) == sum(m["kind"] == "Deployment" for m in FOLDERS[name])


def test_a_budget_is_the_first_promise(kspec: Kspec, tmp_path: Path) -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"maxUnavailable": "50%", "selector": {"matchLabels": {"app": "web"}}},
    }
    manifests(tmp_path, [workload("Deployment", "web", 3), budget])
    assert kspec("init", str(tmp_path)).code == 0
    text = (tmp_path / "design.kspec").read_text(encoding="utf-8")
    assert 'invariant web-budget "a drain leaves 1 of 3 web"' in text
    assert text.index("web-budget") < text.index("web-rollout")


def test_without_manifests_there_is_an_example(kspec: Kspec, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    assert kspec("init", str(folder)).code == 0
    design = str(folder / "design.kspec")
    assert kspec("check", design, "--no-solve").out.startswith("nothing found")
    assert kspec("place", design).code == 0
    assert kspec("fmt", "--check", design).code == 0


def test_nothing_is_overwritten_unasked(kspec: Kspec, tmp_path: Path) -> None:
    target = tmp_path / "design.kspec"
    target.write_text("# mine\n", encoding="utf-8")
    refused = kspec("init", str(tmp_path))
    assert refused.code == 2 and "--force" in refused.err
    assert target.read_text(encoding="utf-8") == "# mine\n"
    assert kspec("init", str(tmp_path), "--force").code == 0
    assert "deployment web" in target.read_text(encoding="utf-8")


def test_broken_manifests_are_told_and_nothing_is_written(kspec: Kspec, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: [", encoding="utf-8")
    assert kspec("init", str(tmp_path)).code == 2
    assert not (tmp_path / "design.kspec").exists()


@pytest.mark.slow
def test_the_example_keeps_its_promises(kspec: Kspec, tmp_path: Path) -> None:
    assert kspec("init", str(tmp_path)).code == 0
    assert kspec("check", str(tmp_path / "design.kspec")).out.startswith("nothing found")


def test_what_was_written_is_told_as_json(kspec: Kspec, tmp_path: Path) -> None:
    told = json.loads(kspec("init", str(tmp_path), "--format", "json").out)
    assert told == {"schema": "kspec/init/v1", "file": str(tmp_path / "design.kspec"), "fits": True}
