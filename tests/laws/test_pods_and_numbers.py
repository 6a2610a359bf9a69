"""The two levels agree on pods: what happens to those of a StatefulSet, a DaemonSet or a Job when their controllers are
played with objects (`kspec.cluster`), the models allow, one change of a pod after the other.

What is seen of pods is how many are made, ready, being stopped, and finished; of a StatefulSet for each ordinal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.test_objects_and_numbers import LAW, NODES, Manifest, Sizes, allowed, image, with_numbers

from kspec.cluster.case import play
from kspec.cluster.scenario import Script
from kspec.cluster.steps import read_steps
from kspec.run.compile import Compiled
from kspec.run.state import State

LABELS = {"app": "web"}
SEEN = ("made", "ready", "stopping", "Succeeded", "Failed")
PHASES = {"Ready": "ready", "Terminating": "stopping", "Succeeded": "Succeeded", "Failed": "Failed"}
"""What is seen of a pod in a phase of the models; one in any other has just been made."""


def workload(kind: str, spec: Manifest, annotations: Manifest, version: str = "apps/v1") -> Manifest:
    template = {
        "metadata": {"labels": LABELS, "annotations": annotations},
        "spec": {"containers": [{"name": "main", "image": "registry.test/web:1"}]},
    }
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
    else:
        spec = {**spec, "selector": {"matchLabels": LABELS}}
    metadata = {"name": "web", "namespace": "law"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": {**spec, "template": template}}


def with_objects(
    manifest: Manifest, changes: Sequence[Manifest], slots: Sequence[int], last: Sequence[Manifest] = ()
) -> list[Sizes]:
    """What is seen of the pods, change by change; `last` are the steps after all changes."""
    kind = manifest["kind"]
    done = {"waitUntil": f"{kind}/web {'complete' if kind == 'Job' else 'rolled out'}"}
    told: list[Any] = [{"apply": f"{kind}/web", "file": "input/web.yaml"}, done]
    for body in changes:
        told += [{"patch": f"{kind}/web", "body": body}, done]
    told += [*last, {"waitQuietSeconds": 1}]
    script = Script("law", ("law",), NODES, {"input/web.yaml": [manifest]}, tuple(read_steps(told)))
    pods: dict[str, str] = {}
    seen = [tuple([0] * len(SEEN) * len(slots))]
    for entry in play(script).log:
        if entry.get("kind") == "Pod":
            name, written = str(entry["name"]), entry.get("object") or entry.get("changed") or {}
            pods[name] = _looks(written, pods.get(name, "made"))
            if entry["verb"] == "DELETED":
                del pods[name]
            now = tuple(
                sum(looks == what and slot == _slot(manifest, pod) for pod, looks in pods.items())
                for slot in slots
                for what in SEEN
            )
            if now != seen[-1]:
                seen.append(now)
    return seen


def _slot(manifest: Manifest, pod: str) -> int:
    return int(pod.rpartition("-")[2]) if manifest["kind"] == "StatefulSet" else 0


def _looks(written: Any, before: str) -> str:
    """What is seen of a pod after a write; one that is being stopped is that until it is gone."""
    if before == "stopping" or written.get("deleting"):
        return "stopping"
    if written.get("phase") in ("Succeeded", "Failed"):
        return str(written["phase"])
    ready = written.get("conditions", {}).get("Ready", {}).get("status")
    return {"True": "ready", "False": "made"}.get(ready, before)


def pods_of(compiled: Compiled, slots: Sequence[int], ordinals: bool) -> Callable[[State], Sizes]:
    """The same of a state of the model."""
    system = compiled.system
    where = [
        [
            (variable.pod.ordinal if ordinals else 0, PHASES.get(variable.pod.phase, "made")) if variable.pod else None
            for variable in variables
        ]
        for variables in (system.globals, system.locals)
    ]

    def seen(state: State) -> Sizes:
        found = dict.fromkeys(((slot, what) for slot in slots for what in SEEN), 0)
        for key, value in zip(where[0], state[0], strict=True):
            if key in found:
                found[key] += value
        for nodes in state[1:]:
            for block, count in nodes:
                for key, value in zip(where[1], block, strict=True):
                    if key in found:
                        found[key] += value * count
        return tuple(found.values())

    return seen


def agree(manifest: Manifest, under: str, changes: Sequence[Manifest], folder: Path, slots: Sequence[int]) -> None:
    seen = with_objects(manifest, changes, slots)
    compiled = with_numbers(manifest, under, folder)
    verdicts = list(allowed(compiled, seen, pods_of(compiled, slots, manifest["kind"] == "StatefulSet")))
    assert len(seen) > 2 and all(verdicts), (seen, verdicts)


READY = {"kspec.test/ready-after": "0.3"}
POLICIES = st.sampled_from(["OrderedReady", "Parallel"])


def a_stateful_set(replicas: int, policy: str, partition: int, folder: Path) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    spec = {"replicas": replicas, "serviceName": "web", "podManagementPolicy": policy, "updateStrategy": strategy}
    agree(workload("StatefulSet", spec, READY), "rollout(web)", [image("2")], folder, range(replicas))


def a_daemon_set(limits: Manifest, folder: Path) -> None:
    spec = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": limits}}
    agree(workload("DaemonSet", spec, READY), "rollout(web)", [image("2")], folder, (0,))


def a_job(completions: int, parallelism: int, folder: Path) -> None:
    spec = {"completions": completions, "parallelism": parallelism}
    ends = {"kspec.test/exit-code": "0", "kspec.test/run-seconds": "0.3"}
    agree(workload("Job", spec, ends, "batch/v1"), "", [], folder, (0,))


@settings(LAW, max_examples=4)
@given(replicas=st.integers(1, 3), policy=POLICIES, partition=st.integers(0, 2))
def test_a_rollout_of_a_stateful_set_is_a_run_of_the_model(
    replicas: int, policy: str, partition: int, tmp_path: Path
) -> None:
    a_stateful_set(replicas, policy, partition, tmp_path)


@pytest.mark.parametrize("unavailable", [1, 2, "50%"])
def test_a_rollout_of_a_daemon_set_is_a_run_of_the_model(unavailable: int | str, tmp_path: Path) -> None:
    a_daemon_set({"maxUnavailable": unavailable}, tmp_path)


@pytest.mark.parametrize("surge", [1, "50%"])
def test_a_rollout_of_a_daemon_set_with_a_surge_is_a_run_of_the_model(surge: int | str, tmp_path: Path) -> None:
    a_daemon_set({"maxUnavailable": 0, "maxSurge": surge}, tmp_path)


@pytest.mark.parametrize(
    ("policy", "disturbance"),
    [("Background", "delete"), ("Foreground", "delete_in_foreground"), ("Orphan", "delete_and_orphan")],
)
@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_what_a_deletion_does_to_pods_is_a_run_of_the_model(
    kind: str, policy: str, disturbance: str, tmp_path: Path
) -> None:
    slots, spec = ((0, 1), {"replicas": 2, "serviceName": "web"}) if kind == "StatefulSet" else ((0,), {})
    manifest = workload(kind, spec, READY)
    seen = with_objects(manifest, [], slots, [{"delete": f"{kind}/web", "propagationPolicy": policy}])
    compiled = with_numbers(manifest, f"{disturbance}(web)", tmp_path)
    assert all(allowed(compiled, seen, pods_of(compiled, slots, kind == "StatefulSet"))), seen
    assert (sum(seen[-1]) > 0) is (policy == "Orphan")


@settings(LAW, max_examples=4)
@given(completions=st.integers(1, 4), parallelism=st.integers(1, 3))
def test_a_job_of_objects_is_a_run_of_the_model(completions: int, parallelism: int, tmp_path: Path) -> None:
    a_job(completions, parallelism, tmp_path)


def test_the_law_can_fail(tmp_path: Path) -> None:
    spec = {"replicas": 2, "serviceName": "web"}
    compiled = with_numbers(workload("StatefulSet", spec, READY), "rollout(web)", tmp_path)
    nothing, first, second = (0,) * 10, (1,) + (0,) * 9, (1, 0, 0, 0, 0, 1) + (0,) * 4
    seen = pods_of(compiled, range(2), ordinals=True)
    assert next(allowed(compiled, [nothing, first], seen))
    assert not all(allowed(compiled, [nothing, first, second], seen))
