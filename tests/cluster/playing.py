"""Playing scenarios that are written in a test: objects, then steps, in the vocabulary of `case.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from kspec.cluster.case import Simulation, play
from kspec.cluster.scenario import Script
from kspec.cluster.steps import read_steps

NAMESPACE = "demo"


@dataclass(frozen=True)
class Played:
    """What came of a scenario."""

    run: Simulation

    @property
    def final(self) -> Any:
        return self.run.final

    def values(self, kind: str, name: str, field: str) -> list[Any]:
        """The values that a field had one after the other."""
        out: list[Any] = []
        for entry in self.run.log:
            if entry.get("kind") == kind and entry.get("name") == name:
                fields: Any = entry.get("object") or entry.get("changed") or {}
                if field in fields and (not out or out[-1] != fields[field]):
                    out.append(fields[field])
        return out

    def events(self, about: str, reason: str = "") -> list[str]:
        """The messages about an object, in order."""
        return [
            str(e["message"])
            for e in self.run.log
            if e.get("about") == about and reason in ("", e["reason"]) and e["verb"] == "ADDED"
        ]

    def answers(self, name: str) -> list[Any]:
        """What the API server answered: `refused`, or `evictionResult` with all it said."""
        done = [e["do"] for e in self.run.log if "do" in e]
        found = [d for d in done if isinstance(d, dict) and name in d]
        return [d[name] if name == "refused" else d for d in found]


def node(name: str, cpu: str = "4", **labels: str) -> dict[str, Any]:
    capacity = {"cpu": cpu, "memory": "8Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}},
        "status": {
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        },
    }


def played(text: str, steps: Sequence[dict[str, Any]], nodes: Sequence[dict[str, Any]] | int = 3) -> Played:
    """Apply the objects of a YAML text one after the other, then do the steps.

    A step `{"apply": "Kind/name"}` takes the object of that name out of the text and applies it where it stands.
    """
    objects = [dict(o) for o in yaml.safe_load_all(text) if o]
    for made in objects:
        if made["kind"] not in ("PriorityClass", "Node"):
            made["metadata"] = {"namespace": NAMESPACE, **made["metadata"]}
    files = {f"{o['kind']}/{o['metadata']['name']}": [o] for o in objects}
    later = {str(step["apply"]) for step in steps if "apply" in step}
    first = [{"apply": name, "file": name} for name in files if name not in later]
    told = [*first, *({**s, "file": s["apply"]} if "apply" in s else s for s in steps)]
    given = [node(f"node-{n + 1}") for n in range(nodes)] if isinstance(nodes, int) else nodes
    machines = {str(n["metadata"]["name"]): n for n in given}
    return Played(play(Script("test", (NAMESPACE,), machines, files, read_steps(told))))


def deployment(name: str = "web", replicas: int = 3, **spec: Any) -> str:
    """A Deployment as YAML; `spec` adds to its spec, `pod` to that of its pods, `notes` annotations to its pods."""
    pod, notes = spec.pop("pod", {}), spec.pop("notes", {})
    container = {"name": "main", "image": "registry.test/web:1", **spec.pop("container", {})}
    made = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            **spec,
            "template": {
                "metadata": {"labels": {"app": name}, "annotations": notes},
                "spec": {"containers": [container], **pod},
            },
        },
    }
    return yaml.safe_dump(made)


def image(tag: str) -> dict[str, Any]:
    """The patch that changes the image of a workload."""
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": f"registry.test/web:{tag}"}]}}}}


def patch(target: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"patch": target, "body": body}


def until(words: str) -> dict[str, Any]:
    return {"waitUntil": words}


QUIET: dict[str, Any] = {"waitQuietSeconds": 2}
