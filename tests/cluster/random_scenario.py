"""Random scenarios: workloads, guards and a user who changes things; and what must be true of every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import yaml

from tests.cluster.playing import Played, image, patch, played

Step = dict[str, Any]
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "x:1"}]}}


def scenario(seed: int) -> tuple[str, list[Step]]:
    """Objects as YAML, and steps."""
    rng = random.Random(seed)
    objects = [_workload(rng)]
    if rng.random() < 0.4:
        bound = rng.choice([{"minAvailable": rng.randint(0, 3)}, {"maxUnavailable": rng.choice([0, 1, "30%"])}])
        objects.append(_object("policy/v1", "PodDisruptionBudget", spec={"selector": _SELECTOR, **bound}))
    if rng.random() < 0.3:
        objects.append(_object("v1", "ResourceQuota", spec={"hard": {"pods": str(rng.randint(1, 6))}}))
    if rng.random() < 0.4:
        ports = [{"name": "http", "port": 80, "targetPort": rng.choice([80, "web"])}]
        objects.append(_object("v1", "Service", spec={"selector": {"app": "web"}, "ports": ports}))
    rng.shuffle(objects)
    kind = next(o["kind"] for o in objects if "template" in o["spec"])
    steps = [step for _ in range(rng.randint(2, 6)) for step in _step(rng, kind)]
    return yaml.safe_dump_all(objects), [*steps, {"sleepSeconds": rng.choice([5, 30, 100])}, {"waitQuietSeconds": 3}]


_SELECTOR = {"matchLabels": {"app": "web"}}


def _object(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, **fields}


def _workload(rng: random.Random) -> dict[str, Any]:
    notes = {"kspec.test/ready-after": str(rng.choice([0, 0.2, 1]))}
    metadata = {"labels": {"app": "web"}, "annotations": notes}
    template: dict[str, Any] = {"metadata": metadata, "spec": dict(TEMPLATE["spec"])}
    spec: dict[str, Any] = {"selector": _SELECTOR, "template": template}
    match rng.choice(["Deployment", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"]):
        case "Deployment":
            surge, unavailable = rng.choice([(1, 0), (0, 1), ("25%", "25%"), ("100%", 0), (2, 2)])
            rolling = {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
            spec["strategy"] = rng.choice([rolling, {"type": "Recreate"}])
            spec |= {"replicas": rng.randint(0, 6), "minReadySeconds": rng.choice([0, 0, 1])}
            return _object("apps/v1", "Deployment", spec=spec)
        case "StatefulSet":
            spec |= {"replicas": rng.randint(0, 4), "serviceName": "web"}
            spec["podManagementPolicy"] = rng.choice(["OrderedReady", "Parallel"])
            return _object("apps/v1", "StatefulSet", spec=spec)
        case "Job":
            notes |= {"kspec.test/exit-code": rng.choice(["0", "0", "1"]), "kspec.test/run-seconds": "1"}
            template["spec"]["restartPolicy"] = "Never"
            mode = rng.choice(["NonIndexed", "Indexed"])
            numbers = {"completions": rng.randint(1, 4), "parallelism": rng.randint(1, 3), "backoffLimit": 2}
            return _object("batch/v1", "Job", spec={"template": template, "completionMode": mode, **numbers})
        case kind:
            return _object("apps/v1", kind, spec=spec if kind == "DaemonSet" else {**spec, "replicas": 3})


def _step(rng: random.Random, kind: str) -> Iterator[Step]:
    target, node = f"{kind}/web", f"node-{rng.randint(1, 3)}"
    pod = rng.choice(["Pod/web-rs1-p1", "Pod/web-p1", "Pod/web-0", "Pod/web-rs2-p1", "Pod/web-i0-p1"])
    match rng.randrange(12):
        case 0 | 1 | 2:
            yield patch(target, image(rng.choice(["1", "2", "3", "broken"])))
        case 3 | 4:
            field = "parallelism" if kind == "Job" else "replicas"
            yield patch(target, {"spec": {field: rng.randint(0, 6)}})
        case 5:
            yield patch(target, {"spec": {rng.choice(["paused", "suspend"]): rng.random() < 0.5}})
        case 6:
            yield {"delete": pod}
        case 7:
            yield {"evict": pod}
        case 8:
            yield patch(f"Node/{node}", {"spec": {"unschedulable": rng.choice([True, None])}})
        case 9:
            yield patch(pod, {"metadata": {"annotations": {"kspec.test/ready": rng.choice(["true", "false"])}}})
        case 10:
            yield {"stopKubelet": node}
            yield {"sleepSeconds": rng.choice([3, 60])}
            yield {"startKubelet": node}
        case _:
            yield {"delete": target, "propagationPolicy": rng.choice(["Background", "Foreground", "Orphan"])}
    yield rng.choice([{"sleepSeconds": rng.choice([0.1, 1, 3])}, {"waitQuietSeconds": 1}])


def run(seed: int) -> Played:
    text, steps = scenario(seed)
    return played(text, steps)


def wrong(run: Played) -> list[str]:
    """What is wrong with a run, whatever its scenario was."""
    return [*_log_is_a_history(run), *_steps_are_in_order(run), *_ends_as_asked(run)]


def _log_is_a_history(run: Played) -> Iterator[str]:
    """Changes are of things that are there, revisions grow, and the log leads to what is left."""
    alive: dict[tuple[str, str], dict[str, Any]] = {}
    revision = 0
    for entry in run.run.log:
        line: Any = entry
        if line["rv"] < revision:
            yield f"revision {line['rv']} comes after {revision}"
        revision = line["rv"]
        if "do" in line or line["kind"] in ("Event", "Namespace"):
            continue
        key = (line["kind"], line["name"])
        if (line["verb"] == "ADDED") == (key in alive):
            yield f"{line['verb']} of {key}"
        if line["verb"] == "DELETED":
            alive.pop(key, None)
            continue
        now = {**alive.get(key, {}), **line.get("object", line.get("changed", {}))}
        alive[key] = {name: value for name, value in now.items() if name not in line.get("unset", ())}
    left = {(kind, name): state for kind, objects in run.final.items() for name, state in objects.items()}
    if left != alive:
        yield f"the log does not lead to what is left: {sorted(set(left) ^ set(alive)) or 'states differ'}"


def _steps_are_in_order(run: Played) -> Iterator[str]:
    time = 0.0
    for number, step in enumerate(run.run.trace.steps, 1):
        if step.n != number or step.time < time:
            yield f"step {step.n} at {step.time} stands at {number} after {time}"
        if step.cause is not None and step.cause >= step.n:
            yield f"step {step.n} is caused by {step.cause}"
        time = step.time


def _ends_as_asked(run: Played) -> Iterator[str]:
    """A ReplicaSet that nothing hinders has the pods that it is asked for."""
    pods: list[Any] = list(run.final.get("Pod", {}).values())
    for name, found in run.final.get("ReplicaSet", {}).items():
        mine = [p for p in pods if {"ReplicaSet", name} <= set(next(iter(p.get("owners", [])), {}).values())]
        active = [p for p in mine if "deleting" not in p and p["phase"] not in ("Succeeded", "Failed")]
        if len(active) != found["replicas"] and "conditions" not in found and "deleting" not in found:
            yield f"{name} has {len(active)} pods and wants {found['replicas']}"
        if found["status"]["replicas"] != len(active):
            yield f"{name} has {len(active)} pods and says {found['status']['replicas']}"
