"""Bundles of manifests as clusters have them: services of teams, dashboards, definitions of custom kinds."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_WORDS = ("the", "of", "node", "pod", "volume", "label", "to be set", "when", "value", "is not", "given", "may only")


def team(number: int) -> Iterator[dict[str, Any]]:
    """The five objects of a well-kept service."""
    name, labels = f"svc-{number}", {"app.kubernetes.io/name": f"svc-{number}"}
    meta = {"name": name, "namespace": f"team-{number % 20}", "labels": {**labels, "app.kubernetes.io/part-of": "shop"}}
    probe = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5}
    container = {
        "name": "app",
        "image": f"registry.example.com/{name}:1.{number}.0",
        "ports": [{"name": "http", "containerPort": 8080}],
        "env": [{"name": f"SETTING_{n}", "value": str(n)} for n in range(8)],
        "envFrom": [{"configMapRef": {"name": name}}],
        "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "readinessProbe": probe,
        "livenessProbe": {**probe, "httpGet": {"path": "/livez", "port": "http"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    spread = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
    pod = {
        "containers": [container],
        "topologySpreadConstraints": [{**spread, "labelSelector": {"matchLabels": labels}}],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    yield {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": labels, "ports": ports}}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"LEVEL": "info", "COLOUR": "blue"}}
    budget = {"minAvailable": 2, "selector": {"matchLabels": labels}}
    yield {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": budget}
    policy = {
        "podSelector": {"matchLabels": labels},
        "ingress": [{"ports": [{"port": 8080}]}],
        "policyTypes": ["Ingress"],
    }
    yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": policy}


def dashboard(number: int, size: int) -> dict[str, Any]:
    """A ConfigMap with a JSON text of about `size` bytes."""
    dice = random.Random(number)
    panel = {"type": "graph", "targets": [{"expr": "sum(rate(requests[5m])) by (pod)"}], "gridPos": {"h": 7, "w": 12}}
    panels = [{**panel, "id": n, "title": _sentence(dice, 5)} for n in range(size // 260)]
    text = json.dumps({"panels": panels}, indent=2)
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"dashboard-{number}", "namespace": "monitoring"},
        "data": {"dashboard.json": text},
    }


def definition(number: int, size: int) -> dict[str, Any]:
    """A CustomResourceDefinition whose schema has about `size` bytes of YAML."""
    dice = random.Random(number)
    left = [size // 190]

    def schema(depth: int) -> dict[str, Any]:
        left[0] -= 1
        described = {"description": _sentence(dice, 16)}
        if depth == 0 or left[0] <= 0:
            return {**described, "type": dice.choice(["string", "integer", "boolean"])}
        fields = {f"field{n}": schema(depth - 1) for n in range(dice.randint(3, 9))}
        made = {**described, "type": "object", "properties": fields}
        return {**described, "type": "array", "items": made} if dice.random() < 0.2 else made

    fields: dict[str, Any] = {}
    while left[0] > 0:
        fields[f"part{len(fields)}"] = schema(5)
    kind = f"Thing{number}"
    spec = {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": spec}}
    names = {"kind": kind, "plural": f"{kind.lower()}s", "singular": kind.lower(), "listKind": f"{kind}List"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}s.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def bundle(objects: int, megabytes: float = 0.0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Files by name. Half of the bytes beyond the services' own are definitions, half dashboards, ten of each."""
    spaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"team-{n}"}} for n in range(20)]
    spaces.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}})
    yield "namespaces", spaces
    big = 20 if megabytes else 0
    teams = (objects - len(spaces) - big) // 5
    for number in range(teams):
        yield f"svc-{number}", list(team(number))
    for number in range(big // 2):
        size = int(megabytes * 1e6) // big
        yield f"dashboard-{number}", [dashboard(number, size)]
        yield f"definition-{number}", [definition(number, size)]
    rest = objects - len(spaces) - big - 5 * teams
    yield "rest", [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": f"sa-{n}"}} for n in range(rest)]


class _Plain(yaml.CSafeDumper):
    """Writes shared values out each time."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write(folder: Path, objects: int, megabytes: float = 0.0) -> int:
    """Write a bundle into a folder; the number of its bytes."""
    size = 0
    for name, made in bundle(objects, megabytes):
        text = yaml.dump_all(made, Dumper=_Plain, sort_keys=False, width=120)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        size += len(text.encode())
    return size


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(words))
