"""The main example, end to end: everything the product promises comes out of one design."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Proved, Verdict
from kspec.cli.building import Wanted, build
from kspec.elaborate import load
from kspec.elaborate.design import Design
from kspec.emit.outcome import Outcome
from kspec.emit.packages.form import OutputFormat
from kspec.emit.packages.package import Variants
from kspec.place import Placement

SHOP = "models/designs/shop.kspec"
ROOT = Path(__file__).resolve().parents[2]


def built() -> Outcome:
    loaded = load([SHOP])
    assert loaded.design is not None
    variants = Variants(loaded.design, lambda env, settings: None)
    return build(loaded, variants, Wanted(OutputFormat.DIR, 30.0, verify=False), lambda words: None)


@pytest.fixture(scope="module")
def outcome() -> Iterator[Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield built()


@pytest.fixture(scope="module")
def design(outcome: Outcome) -> Design:
    return outcome.design


def test_the_design_is_as_large_as_it_claims(design: Design) -> None:
    workloads = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}
    found = [r for r in design.resources if r.kind in workloads]
    assert {r.kind for r in found} == workloads and len(found) >= 8
    assert len({pool.zone for pool in design.cluster.pools}) == 3
    assert any(pool.taints for pool in design.cluster.pools)
    disturbances = {d.name.text for p in design.properties for d in p.under}
    assert disturbances >= {"rollout", "drain", "loss"}


def test_every_manifest_is_valid_against_the_published_schema(outcome: Outcome) -> None:
    for manifest in outcome.manifests:
        kubernetes_validate.validate(yaml.safe_load(manifest.text), "1.36", strict=True)


def test_manifests_are_numbered_in_an_order_in_which_they_can_be_applied(outcome: Outcome) -> None:
    kinds = [m.file.split("-")[1] for m in outcome.manifests]
    assert [m.file[:2] for m in outcome.manifests] == [f"{i:02}" for i in range(1, len(kinds) + 1)]
    assert kinds.index("namespace") < kinds.index("secret") < kinds.index("deployment") < kinds.index("ingress")


def test_every_pod_is_placed_and_gpu_pods_are_on_gpu_nodes(outcome: Outcome) -> None:
    placement = outcome.placement
    assert isinstance(placement, Placement)
    nodes = {a.pod: a.node for a in placement.assignments}
    assert all(nodes[f"shop/inference-{i}"].startswith("gpu-") for i in range(1, 5))
    assert len({nodes[f"shop/db-{i}"] for i in range(3)}) == 3


def test_the_trace_settles_and_every_component_has_a_voice(outcome: Outcome) -> None:
    trace = outcome.trace
    assert trace is not None and trace.settled
    said = {(s.component.split("/")[0], s.action) for s in trace.steps}
    assert said >= {
        ("user", "apply"),
        ("kube-apiserver", "authenticate"),
        ("kube-apiserver", "admit"),
        ("kube-apiserver", "default"),
        ("kube-apiserver", "validate"),
        ("etcd", "put"),
        ("kube-scheduler", "filter"),
        ("kube-scheduler", "score"),
        ("kube-scheduler", "bind"),
        ("container-runtime", "RunPodSandbox"),
        ("container-runtime", "PullImage"),
        ("container-runtime", "CreateContainer"),
        ("container-runtime", "StartContainer"),
        ("kube-proxy", "SyncProxyRules"),
    }
    voices = {s.component for s in trace.steps}
    controllers = {"deployment", "replicaset", "statefulset", "daemonset", "job", "endpointslice"}
    assert {f"kube-controller-manager/{c}" for c in controllers} <= voices
    assert {"coredns", "ingress-controller"} <= voices
    assert [s.n for s in trace.steps] == list(range(1, len(trace.steps) + 1))
    assert all(s.cause is None or s.cause < s.n for s in trace.steps)


def test_all_pods_of_the_design_run_in_the_end(outcome: Outcome) -> None:
    trace = outcome.trace
    assert trace is not None
    bound = {s.object.name for s in trace.steps if s.component == "kube-scheduler" and s.action == "bind"}
    assert {"db-0", "db-1", "db-2", "queue-0", "queue-1", "queue-2"} <= bound
    assert not [s for s in trace.steps if s.action == "FailedScheduling"]


def test_the_same_design_gives_the_same_bytes(outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    again = built()
    assert again.files() == outcome.files()


def test_the_files_hold_the_contracts(outcome: Outcome) -> None:
    files = outcome.files()
    assert json.loads(files["placement.json"])["schema"] == "kspec/place/v1"
    assert json.loads(files["trace.json"])["schema"] == "kspec/trace/v1"
    assert json.loads(files["verify.json"])["schema"] == "kspec/verify/v1"
    assert "Every pod has a node" in files["report.md"]


@pytest.mark.parametrize("name", ["floor", "budget", "surge", "cards", "finishes", "heals", "drains", "survives"])
def test_what_the_shop_promises_is_proved_for_all_sizes(name: str, design: Design) -> None:
    (verdict,) = verdicts(design, name)
    assert isinstance(verdict, Proved), verdict
    assert verdict.scope.startswith("all sizes") and verdict.certificate


def verdicts(design: Design, name: str) -> tuple[Verdict, ...]:
    verified = verify_design(design, Options(seconds=120.0), [name])
    assert not verified.diagnostics.has_errors
    return verified.verdicts
