"""The fate of a placement by trying everything: survivors as running pods, lost nodes taken out of the objects."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smallworlds.brute import solvable

from kspec.domain.node import Cluster
from kspec.domain.objects import Resource
from kspec.place import Problem, build

_OWNERS = ("Deployment", "ReplicaSet", "StatefulSet", "Job")


def outlives(resources: Sequence[Resource], where: Mapping[str, tuple[str, str]], lost: Iterable[str]) -> bool:
    """Whether the pods of lost nodes find places beside all others. `where` has workload and node of each pod."""
    gone = set(lost)
    objects: list[Resource] = []
    for resource in resources:
        if resource.kind == "Node" and resource.name in gone:
            continue
        pod = f"{resource.namespace}/{resource.name}"
        if resource.kind == "Pod" and pod in where:
            objects.append(_at(resource.manifest, where[pod][1], gone))
        else:
            objects.append(resource)
    by_name = {f"{r.namespace}/{r.kind}/{r.name}": r for r in resources}
    for pod, (workload, node) in where.items():
        owner = by_name[workload]
        if owner.kind in _OWNERS and node not in gone:
            objects.append(_of(owner, pod.partition("/")[2], node))
    problem = build(objects, Cluster())
    return isinstance(problem, Problem) and solvable(problem)


def _at(manifest: Any, node: str, gone: set[str]) -> Resource:
    changed = copy.deepcopy(manifest)
    changed["spec"].pop("nodeName", None)
    if node not in gone:
        changed["spec"]["nodeName"] = node
    return Resource(changed)


def _of(owner: Resource, name: str, node: str) -> Resource:
    """A running pod of a workload."""
    spec: Any = owner.manifest["spec"]
    template = copy.deepcopy(spec["template"])
    labels = dict(template["metadata"].get("labels", {}))
    if owner.kind == "Deployment":
        labels["pod-template-hash"] = owner.name
    if owner.kind == "Job":
        labels |= {"batch.kubernetes.io/job-name": owner.name, "job-name": owner.name}
    reference = {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": "1",
        "controller": True,
    }
    metadata = {"name": name, "namespace": owner.namespace, "labels": labels, "ownerReferences": [reference]}
    pod_spec = {**template["spec"], "nodeName": node}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec})
