"""The two levels agree: what the control plane of objects does, the models allow.

`kspec.cluster` writes objects, `models/` count them. A rollout is played with objects; the sizes of its ReplicaSets,
one change after the other, must be a run of the model: between two changes any steps of others, then one step to just
these sizes, and at the end the model is at rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kspec.cluster.case import play
from kspec.cluster.scenario import Script
from kspec.cluster.steps import read_steps
from kspec.elaborate.behaviour.question import question
from kspec.elaborate.load import load
from kspec.run.compile import Compiled, compile_system
from kspec.run.state import State

Sizes = tuple[int, ...]
Manifest = dict[str, Any]
NODES = {
    f"node-{i}": {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"node-{i}", "labels": {"kubernetes.io/hostname": f"node-{i}"}},
        "spec": {},
        "status": {
            "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "110"},
            "capacity": {"cpu": "8", "memory": "32Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        },
    }
    for i in (1, 2)
}


def deployment(replicas: int, strategy: Manifest) -> Manifest:
    labels = {"app": "web"}
    template = {
        "metadata": {"labels": labels, "annotations": {"kspec.test/ready-after": "0.3"}},
        "spec": {"containers": [{"name": "main", "image": "registry.test/web:1"}]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, "strategy": strategy}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "law"},
        "spec": spec,
    }


def image(name: str) -> Manifest:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": f"registry.test/web:{name}"}]}}}}


def with_objects(manifest: Manifest, changes: Iterable[Manifest]) -> list[Sizes]:
    """The sizes of the two ReplicaSets, change by change."""
    rolled_out = {"waitUntil": "Deployment/web rolled out"}
    told: list[Any] = [{"apply": "Deployment/web", "file": "input/web.yaml"}, rolled_out]
    for body in changes:
        told += [{"patch": "Deployment/web", "body": body}, rolled_out, {"waitQuietSeconds": 1}]
    script = Script("law", ("law",), NODES, {"input/web.yaml": [manifest]}, tuple(read_steps(told)))
    sizes = {"web-rs1": 0, "web-rs2": 0}
    seen: list[Sizes] = [tuple(sizes.values())]
    for entry in play(script).log:
        if entry.get("kind") == "ReplicaSet":
            written: Any = entry.get("object") or entry.get("changed") or {}
            name = str(entry["name"])
            sizes[name] = int(written.get("replicas", sizes[name]))
            if tuple(sizes.values()) != seen[-1]:
                seen.append(tuple(sizes.values()))
    return seen


def with_numbers(manifest: Manifest, under: str, folder: Path) -> Compiled:
    """The model of the same Deployment on the same nodes."""
    files = [folder / "nodes.yaml", folder / "web.yaml", folder / "ask.kspec"]
    documents = [json.dumps(node) for node in NODES.values()]
    files[0].write_text("\n---\n".join(documents))
    files[1].write_text(json.dumps(manifest))
    files[2].write_text("goal rests: eventually always settled" + (f" under {under}" if under else ""))
    design = load([str(file) for file in files]).design
    assert design is not None
    (part,) = question(design, design.properties[0]).parts
    return compile_system(part.system, ())


def sizes_of(compiled: Compiled) -> Callable[[State], Sizes]:
    """What one sees of a state of the model: the sizes of the two ReplicaSets."""
    names = [variable.name for variable in compiled.system.globals]
    places = [names.index(f"web.r{number}.replicas") for number in (1, 2)]
    return lambda state: tuple(state[0][place] for place in places)


def allowed(compiled: Compiled, seen: list[Sizes], sizes: Callable[[State], Sizes]) -> Iterator[bool]:
    """For each change whether the model can make it then; at the end whether it can come to rest."""

    def steps(state: State) -> Iterator[State]:
        for found in compiled.successors(state):
            yield from (compiled.canonical(step[2]) for step in found)

    def settle(states: set[State]) -> set[State]:
        reached, new = set(states), list(states)
        while new:
            state = new.pop()
            for following in steps(state):
                if sizes(following) == sizes(state) and following not in reached:
                    reached.add(following)
                    new.append(following)
        return reached

    here = settle({compiled.canonical(compiled.initial)})
    assert {sizes(state) for state in here} == {seen[0]}
    for wanted in seen[1:]:
        here = settle({following for state in here for following in steps(state) if sizes(following) == wanted})
        yield bool(here)
    yield any(not compiled.successors(state)[0] for state in here)


AMOUNTS = st.sampled_from([0, 1, 2, "10%", "25%", "50%", "100%"])
STRATEGIES = st.one_of(
    st.just({"type": "Recreate"}),
    st.builds(
        lambda surge, unavailable: {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable},
        },
        AMOUNTS,
        AMOUNTS,
    ).filter(lambda s: any(amount not in (0, "0%") for amount in s["rollingUpdate"].values())),
)
LAW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def agree(replicas: int, strategy: Manifest, folder: Path) -> None:
    manifest = deployment(replicas, strategy)
    seen = with_objects(manifest, [image("2")])
    assert seen[-1] == (0, replicas)
    compiled = with_numbers(manifest, "rollout(web)", folder)
    verdicts = list(allowed(compiled, seen, sizes_of(compiled)))
    assert all(verdicts), (seen, verdicts)


@settings(LAW, max_examples=8)
@given(replicas=st.integers(1, 4), strategy=STRATEGIES)
def test_a_rollout_of_objects_is_a_run_of_the_model(replicas: int, strategy: Manifest, tmp_path: Path) -> None:
    agree(replicas, strategy, tmp_path)


@pytest.mark.slow
@settings(LAW, max_examples=50)
@given(replicas=st.integers(1, 5), strategy=STRATEGIES)
def test_many_rollouts_of_objects_are_runs_of_the_model(replicas: int, strategy: Manifest, tmp_path: Path) -> None:
    agree(replicas, strategy, tmp_path)


def test_the_law_can_fail(tmp_path: Path) -> None:
    compiled = with_numbers(deployment(3, {"type": "Recreate"}), "rollout(web)", tmp_path)
    assert not all(allowed(compiled, [(0, 0), (3, 0), (3, 1), (0, 3)], sizes_of(compiled)))
