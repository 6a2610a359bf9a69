"""Short ways to write nodes and workloads in tests."""

from __future__ import annotations

from typing import Any

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Answer, Problem, build, solve

HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def node(name: str, cpu: str = "4", memory: str = "8Gi", zone: str = "", **fields: Any) -> Resource:
    """A node; `labels`, `taints` and further allocatable resources as given."""
    labels = {HOST: name} | ({ZONE: zone} if zone else {}) | fields.pop("labels", {})
    spec = {"taints": fields.pop("taints")} if "taints" in fields else {}
    spec |= {"unschedulable": True} if fields.pop("unschedulable", False) else {}
    offered = {"cpu": cpu, "memory": memory, "pods": "110"} | fields
    metadata = {"name": name, "labels": labels}
    return Resource(
        {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": {"allocatable": offered}}
    )


def workload(
    name: str, replicas: int = 1, cpu: str = "1", *, kind: str = "Deployment", namespace: str = "shop", **spec: Any
) -> Resource:
    """A workload whose pods are labelled `app: <name>`; further keywords go into the pod spec or its container."""
    container: dict[str, Any] = {"name": "main", "image": "x", "resources": {"requests": {"cpu": cpu}}}
    container |= {k: spec.pop(k) for k in ("ports", "resources") if k in spec}
    labels = {"app": name} | spec.pop("labels", {})
    body: dict[str, Any] = {"template": {"metadata": {"labels": labels}, "spec": {"containers": [container], **spec}}}
    body["selector"] = {"matchLabels": {"app": name}}
    if kind == "Job":
        body["parallelism"] = replicas
    elif kind != "DaemonSet":
        body["replicas"] = replicas
    version = "batch/v1" if kind == "Job" else "apps/v1"
    return Resource(
        {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": body}
    )


def running(name: str, on: str, cpu: str = "1", namespace: str = "shop", **spec: Any) -> Resource:
    """A pod that has its node already."""
    labels = {"app": name} | spec.pop("labels", {})
    container = {"name": "main", "image": "x", "resources": {"requests": {"cpu": cpu}}}
    body = {"nodeName": on, "containers": [container], **spec}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body})


def apart(app: str, key: str = HOST) -> dict[str, Any]:
    """Required anti-affinity to pods of an app."""
    return {"podAntiAffinity": {REQUIRED: [{"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}}]}}


def near(app: str, key: str = ZONE) -> dict[str, Any]:
    """Required affinity to pods of an app."""
    return {"podAffinity": {REQUIRED: [{"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}}]}}


def spread(app: str, key: str = ZONE, skew: int = 1, **fields: Any) -> list[dict[str, Any]]:
    """A hard topology spread over the pods of an app."""
    selector = {"matchLabels": {"app": app}}
    return [
        {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector, **fields}
    ]


def placed(*resources: Resource, cluster: Cluster | None = None) -> Answer:
    """The answer for a design."""
    problem = build(resources, cluster or Cluster())
    assert isinstance(problem, Problem)
    return solve(problem, budget=10)


def nodes_of(answer: Answer, workload: str) -> list[str]:
    """Where a workload's pods stand, sorted."""
    return sorted(a.node for a in getattr(answer, "assignments", ()) if a.workload.split("/")[2] == workload)
