"""What the API server would have done to pods, nodes and claims before the scheduler sees them.

Only what scheduling depends on. All of it may be done twice without harm.

Upstream: plugin/pkg/admission/{priority,defaulttolerationseconds,runtimeclass,storage/storageclass/setdefault},
pkg/registry/core/pod/strategy.go (`applyMatchLabelKeysAndMismatchLabelKeys`), pkg/controller/nodelifecycle (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping

from kspec.domain.labels import LabelSelector, Requirement
from kspec.domain.matching import UNSCHEDULABLE
from kspec.domain.node import Node
from kspec.domain.pod import (
    Affinity,
    Pod,
    PodAffinity,
    PodAffinityTerm,
    PodSpec,
    Toleration,
    WeightedPodAffinityTerm,
)
from kspec.domain.policy import SYSTEM_PRIORITIES, PriorityClass, RuntimeClass
from kspec.domain.storage import PersistentVolumeClaim
from kspec.scheduler.framework.catalog import Catalog
from kspec.scheduler.predicates import NO_EXECUTE

DEFAULT_NAMESPACE = "default"
_NOT_READY = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_GRACE_SECONDS = 300


class Admission:
    """Admits pods to a cluster. Pods that share a spec share it afterwards too."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._specs: dict[int, tuple[PodSpec, int, list[tuple[Mapping[str, str], PodSpec]]]] = {}

    def pod(self, pod: Pod) -> Pod:
        version, labels = self._catalog.version, pod.metadata.labels
        held = self._specs.get(id(pod.spec))
        if held is None or held[1] != version:
            held = self._specs[id(pod.spec)] = (pod.spec, version, [])
        for known, spec in held[2]:
            if known == labels:
                metadata = pod.metadata
                if not metadata.namespace:
                    metadata = metadata.model_copy(update={"namespace": DEFAULT_NAMESPACE})
                return pod.model_copy(update={"metadata": metadata, "spec": spec})
        admitted = admit_pod(pod, self._catalog)
        held[2].append((labels, admitted.spec))
        return admitted


def admit_pod(pod: Pod, catalog: Catalog) -> Pod:
    """The pod with its priority, default tolerations, runtime class and affinity selectors filled in."""
    spec = pod.spec
    changes: dict[str, object] = dict(_priority(spec, catalog))
    changes |= _runtime_class(spec, catalog)
    tolerations = changes.get("tolerations", spec.tolerations)
    changes["tolerations"] = _tolerations(tolerations if isinstance(tolerations, tuple) else ())
    changes["affinity"] = _affinity(spec.affinity, pod.metadata.labels)
    metadata = pod.metadata
    if not metadata.namespace:
        metadata = metadata.model_copy(update={"namespace": DEFAULT_NAMESPACE})
    return pod.model_copy(update={"metadata": metadata, "spec": spec.model_copy(update=changes)})


def unknown_class(pod: Pod, catalog: Catalog) -> str:
    """The API server's refusal of a pod whose priority class does not exist; empty if it does."""
    name = pod.spec.priority_class_name
    if not name or name in SYSTEM_PRIORITIES or name in catalog.priority_classes:
        return ""
    return f'pods "{pod.name}" is forbidden: no PriorityClass with name {name} was found'


def admit_node(node: Node) -> Node:
    """A cordoned node has the taint that says so."""
    others = tuple(t for t in node.spec.taints if (t.key, t.effect) != (UNSCHEDULABLE.key, UNSCHEDULABLE.effect))
    if node.spec.unschedulable == (len(others) < len(node.spec.taints)):
        return node
    taints = (*others, UNSCHEDULABLE) if node.spec.unschedulable else others
    return node.model_copy(update={"spec": node.spec.model_copy(update={"taints": taints})})


def admit_claim(claim: PersistentVolumeClaim, catalog: Catalog) -> PersistentVolumeClaim:
    """A claim that names no storage class gets the default one, the newest where there are several."""
    if claim.spec.storage_class_name is not None:
        return claim
    defaults = [c for c in catalog.storage_classes.values() if c.is_default]
    if not defaults:
        return claim
    chosen = max(defaults, key=lambda c: c.metadata.creation_timestamp or "")
    return claim.model_copy(update={"spec": claim.spec.model_copy(update={"storage_class_name": chosen.name})})


def _priority(spec: PodSpec, catalog: Catalog) -> Mapping[str, object]:
    name = spec.priority_class_name
    if name in SYSTEM_PRIORITIES:
        return {"priority": SYSTEM_PRIORITIES[name]}
    found = catalog.priority_classes.get(name) if name else _default_class(catalog)
    if found is None:
        return {"priority": spec.priority or 0}
    policy = found.preemption_policy if spec.preemption_policy == "PreemptLowerPriority" else spec.preemption_policy
    return {"priority": found.value, "preemption_policy": policy, "priority_class_name": found.name}


def _default_class(catalog: Catalog) -> PriorityClass | None:
    """The global default; the one with the lowest value where there are several."""
    defaults = [c for c in catalog.priority_classes.values() if c.global_default]
    return min(defaults, key=lambda c: c.value, default=None)


def _runtime_class(spec: PodSpec, catalog: Catalog) -> Mapping[str, object]:
    found = catalog.others.get(("RuntimeClass", spec.runtime_class_name))
    if not isinstance(found, RuntimeClass):
        return {}
    extra = tuple(t for t in found.scheduling.tolerations if t not in spec.tolerations)
    return {
        "overhead": spec.overhead or found.overhead.pod_fixed,
        "node_selector": {**spec.node_selector, **found.scheduling.node_selector},
        "tolerations": spec.tolerations + extra,
    }


def _tolerations(tolerations: tuple[Toleration, ...]) -> tuple[Toleration, ...]:
    """Every pod tolerates nodes that are not ready or unreachable for a while, unless it says otherwise."""
    out = tolerations
    for key in _NOT_READY:
        if not any(t.key in ("", key) and t.effect in ("", NO_EXECUTE) for t in tolerations):
            out += (Toleration(key=key, operator="Exists", effect=NO_EXECUTE, toleration_seconds=_GRACE_SECONDS),)
    return out


def _affinity(affinity: Affinity, labels: Mapping[str, str]) -> Affinity:
    near, away = _terms(affinity.pod_affinity, labels), _terms(affinity.pod_anti_affinity, labels)
    if near is affinity.pod_affinity and away is affinity.pod_anti_affinity:
        return affinity
    return affinity.model_copy(update={"pod_affinity": near, "pod_anti_affinity": away})


def _terms(affinity: PodAffinity, labels: Mapping[str, str]) -> PodAffinity:
    required = tuple(_merged(term, labels) for term in affinity.required)
    preferred = tuple(_preferred(term, labels) for term in affinity.preferred)
    if all(a is b for a, b in zip(required + preferred, affinity.required + affinity.preferred, strict=True)):
        return affinity
    return affinity.model_copy(update={"required": required, "preferred": preferred})


def _preferred(term: WeightedPodAffinityTerm, labels: Mapping[str, str]) -> WeightedPodAffinityTerm:
    merged = _merged(term.pod_affinity_term, labels)
    return term if merged is term.pod_affinity_term else term.model_copy(update={"pod_affinity_term": merged})


def _merged(term: PodAffinityTerm, labels: Mapping[str, str]) -> PodAffinityTerm:
    """`matchLabelKeys` and `mismatchLabelKeys` become part of the selector, with the pod's own values."""
    selector = term.label_selector
    if selector is None:
        return term
    added = [Requirement(key=k, operator="In", values=(labels[k],)) for k in term.match_label_keys if k in labels]
    added += [
        Requirement(key=k, operator="NotIn", values=(labels[k],)) for k in term.mismatch_label_keys if k in labels
    ]
    new = tuple(requirement for requirement in added if requirement not in selector.match_expressions)
    if not new:
        return term
    merged = LabelSelector(match_labels=selector.match_labels, match_expressions=selector.match_expressions + new)
    return term.model_copy(update={"label_selector": merged})
