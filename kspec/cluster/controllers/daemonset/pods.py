"""A DaemonSet's pods: how they are made for a node, which node they are for, and which nodes should have one.

Upstream: pkg/controller/daemon/daemon_controller.go (`NodeShouldRunDaemonPod`), pkg/controller/daemon/util/
daemonset_util.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kspec.api.fields import flag, integer, obj, objects, text
from kspec.cluster.controller import node_of, pod_from
from kspec.cluster.controllers.history import REVISION_LABEL
from kspec.cluster.stored import Stored, part
from kspec.domain.matching import HARD_EFFECTS, node_matches, untolerated
from kspec.domain.node import Node
from kspec.domain.pod import PodSpec
from kspec.source.tree import Json, Object

GENERATION = "deprecated.daemonset.template.generation"
_GENERATION_LABEL = "pod-template-generation"
_FIELD = "metadata.name"
_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether a node should get a pod, and whether one that is there may stay."""

    run: bool
    stay: bool


@lru_cache(maxsize=1024)
def wanted_on(found: Stored, node: Stored) -> Wanted:
    template = pod_spec(found, node.name)
    spec = PodSpec.model_validate({**template, "containers": []})
    target = node.resource.as_(Node)
    if spec.node_name not in ("", node.name) or not node_matches(spec, target):
        return Wanted(run=False, stay=False)
    taints = target.spec.taints
    if untolerated(taints, spec.tolerations, HARD_EFFECTS) is not None:
        return Wanted(run=False, stay=untolerated(taints, spec.tolerations, ("NoExecute",)) is None)
    return Wanted(run=True, stay=True)


def pod_spec(found: Stored, node: str) -> Object:
    """The template's pod spec for one node; where the template has affinity to nodes, both count."""
    spec = dict(obj(found.spec, "template", "spec"))
    tolerations = objects(spec, "tolerations")
    names = [*_TOLERATED, *([("network-unavailable", "NoSchedule")] if flag(spec, "hostNetwork") else [])]
    for name, effect in names:
        given: Object = {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        if given not in tolerations:
            tolerations.append(given)
    spec["tolerations"] = list[Json](tolerations)
    return spec


def new_pod(found: Stored, node: str, revision_hash: str) -> Object:
    """The manifest of a pod for a node."""
    manifest = pod_from(found.spec.get("template"), found)
    labels = part(manifest, "metadata", "labels")
    generation = found.annotations.get(GENERATION)
    extra: Object = {_GENERATION_LABEL: generation} if generation else {}
    part(manifest, "metadata")["labels"] = {**labels, **extra, REVISION_LABEL: revision_hash}
    manifest["spec"] = _aimed(pod_spec(found, node), node)
    return manifest


def _aimed(spec: Object, node: str) -> Object:
    """The pod spec with an affinity to one node, in place of those required terms that it had."""
    match: Object = {"matchFields": [{"key": _FIELD, "operator": "In", "values": [node]}]}
    affinity = _dict(spec.get("affinity"))
    to_nodes = _dict(affinity.get("nodeAffinity"))
    to_nodes["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": [match]}
    return {**spec, "affinity": {**affinity, "nodeAffinity": to_nodes}}


def _dict(value: Json) -> Object:
    return dict(value) if isinstance(value, dict) else {}


def target_of(pod: Stored) -> str:
    """The node a pod is on or aims at; empty if it aims at none."""
    if node_of(pod):
        return node_of(pod)
    path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    for term in objects(pod.spec, *path):
        for field in objects(term, "matchFields"):
            values = field.get("values")
            if text(field, "key") == _FIELD and isinstance(values, list) and len(values) == 1:
                return str(values[0])
    return ""


def is_updated(found: Stored, pod: Stored, revision_hash: str) -> bool:
    """Whether a pod is of the current template."""
    generation = found.annotations.get(GENERATION)
    same = bool(generation) and pod.labels.get(_GENERATION_LABEL) == generation
    return same or pod.labels.get(REVISION_LABEL) == revision_hash


def min_ready_seconds(found: Stored) -> int:
    return integer(found.spec, "minReadySeconds")
