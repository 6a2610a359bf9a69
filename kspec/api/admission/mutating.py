"""The small mutating plugins: tolerations, runtime and storage classes, ingress classes, new nodes, storage in use.

Upstream: plugin/pkg/admission/{defaulttolerationseconds,runtimeclass,storage/storageclass/setdefault,
network/defaultingressclass,nodetaint,storage/storageobjectinuseprotection}/admission.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.refusal import Refused, forbidden
from kspec.api.amounts import amounts, written
from kspec.api.fields import mapping, maybe, maybe_text, objects, text
from kspec.source.tree import Json, Object

_EVICTED_AFTER = 300
_NOT_READY = "node.kubernetes.io/not-ready"
_UNREACHABLE = "node.kubernetes.io/unreachable"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_DEFAULT_CLASS_BETA = "storageclass.beta.kubernetes.io/is-default-class"
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"
_INGRESS_CLASS = "kubernetes.io/ingress.class"


def toleration_seconds(attempt: Attempt) -> None:
    """DefaultTolerationSeconds: pods stay five minutes on a node that is not ready or cannot be reached."""
    if not attempt.is_kind("v1", "Pod"):
        return
    spec = attempt.part("spec")
    given = objects(spec, "tolerations")
    added: list[Json] = [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _EVICTED_AFTER}
        for key in (_NOT_READY, _UNREACHABLE)
        if not any(text(t, "key") in ("", key) and text(t, "effect") in ("", "NoExecute") for t in given)
    ]
    if added:
        spec["tolerations"] = [*given, *added]


def runtime_class(attempt: Attempt) -> None:
    """RuntimeClass: overhead and node selection of the pod's runtime."""
    if not attempt.is_new_pod:
        return
    spec = attempt.part("spec")
    name = maybe_text(spec, "runtimeClassName")
    overhead, found = maybe(spec, "overhead"), None
    if name:
        found = attempt.cluster.get("RuntimeClass", "", name)
        if found is None:
            raise _rejected(attempt, f'RuntimeClass "{name}" not found')
    wanted = amounts(found, "overhead", "podFixed")
    if wanted and overhead is None:
        spec["overhead"] = written(wanted)
    elif wanted and amounts(overhead) != wanted:
        why = "Pod's Overhead doesn't match RuntimeClass's defined Overhead"
        raise _rejected(attempt, why)
    scheduling = maybe(found, "scheduling")
    if scheduling is not None:
        _place(attempt, spec, name or "", scheduling)


def check_overhead(attempt: Attempt) -> None:
    """RuntimeClass, the validating part: only a runtime class can bring overhead."""
    spec = attempt.part("spec")
    if not attempt.is_new_pod or maybe(spec, "overhead") is None:
        return
    found = attempt.cluster.get("RuntimeClass", "", text(spec, "runtimeClassName"))
    if not amounts(found, "overhead", "podFixed"):
        raise _rejected(attempt, "Pod Overhead set without corresponding RuntimeClass defined Overhead")


def _place(attempt: Attempt, spec: Object, name: str, scheduling: Object) -> None:
    selector, wanted = mapping(spec, "nodeSelector"), mapping(scheduling, "nodeSelector")
    for key in sorted(wanted):
        if selector.get(key, wanted[key]) != wanted[key]:
            ours, theirs = f"nodeSelector[{key}] = {wanted[key]}", f"nodeSelector[{key}] = {selector[key]}"
            raise _rejected(attempt, f"conflict: runtimeClass.scheduling.{ours}; pod.spec.{theirs}")
    if wanted:
        spec["nodeSelector"] = {**selector, **wanted}
    tolerations = objects(spec, "tolerations")
    more = [t for t in objects(scheduling, "tolerations") if t not in tolerations]
    if more:
        spec["tolerations"] = [*tolerations, *more]


def _rejected(attempt: Attempt, why: str) -> Refused:
    return Refused(forbidden(attempt.kind, attempt.name, f"pod rejected: {why}"))


def default_storage_class(attempt: Attempt) -> None:
    """DefaultStorageClass: a claim that names no class gets the default one, the newest where there are several."""
    if attempt.old is not None or not attempt.is_kind("v1", "PersistentVolumeClaim"):
        return
    spec = attempt.part("spec")
    if _CLASS_ANNOTATION in mapping(attempt.manifest, "metadata", "annotations"):
        return
    if maybe_text(spec, "storageClassName") is not None:
        return
    for candidate in attempt.cluster.all("StorageClass"):
        annotations = mapping(candidate, "metadata", "annotations")
        if "true" in (annotations.get(_DEFAULT_CLASS), annotations.get(_DEFAULT_CLASS_BETA)):
            spec["storageClassName"] = text(candidate, "metadata", "name")
            return


def default_ingress_class(attempt: Attempt) -> None:
    """DefaultIngressClass."""
    if attempt.old is not None or not attempt.is_kind("networking.k8s.io/v1", "Ingress"):
        return
    spec = attempt.part("spec")
    annotated = _INGRESS_CLASS in mapping(attempt.manifest, "metadata", "annotations")
    if annotated or maybe_text(spec, "ingressClassName") is not None:
        return
    defaults = [
        text(c, "metadata", "name")
        for c in attempt.cluster.all("IngressClass")
        if mapping(c, "metadata", "annotations").get(_DEFAULT_INGRESS_CLASS) == "true"
    ]
    if defaults:
        spec["ingressClassName"] = defaults[0]


def taint_new_node(attempt: Attempt) -> None:
    """TaintNodesByCondition: a new node is not ready."""
    if attempt.old is not None or not attempt.is_kind("v1", "Node"):
        return
    spec = attempt.part("spec")
    taints = objects(spec, "taints")
    if not any(text(t, "key") == _NOT_READY and text(t, "effect") == "NoSchedule" for t in taints):
        spec["taints"] = [*taints, {"key": _NOT_READY, "effect": "NoSchedule"}]


_PROTECTION = {
    ("", "PersistentVolume"): "kubernetes.io/pv-protection",
    ("", "PersistentVolumeClaim"): "kubernetes.io/pvc-protection",
    ("storage.k8s.io", "VolumeAttributesClass"): "kubernetes.io/vac-protection",
}


def storage_in_use(attempt: Attempt) -> None:
    """StorageObjectInUseProtection: volumes and claims cannot go while they are used."""
    if attempt.old is not None:
        return
    wanted = _PROTECTION.get((attempt.kind.group, attempt.kind.kind))
    if wanted is not None:
        finalizers = attempt.part("metadata").setdefault("finalizers", [])
        assert isinstance(finalizers, list)
        if wanted not in finalizers:
            finalizers.append(wanted)
