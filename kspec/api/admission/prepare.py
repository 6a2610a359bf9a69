"""What the registry does to an object before it is validated: status reset, generations counted, names generated.

Upstream: pkg/registry/*/*/strategy.go, PrepareForCreate and PrepareForUpdate, and
staging/src/k8s.io/apiserver/pkg/registry/rest/create.go (v1.36).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.gates import drop_disabled
from kspec.api.admission.label_keys import merge_label_keys
from kspec.api.admission.placeholders import RANDOM, UID
from kspec.api.defaulting.qos import quality_of_service
from kspec.api.equality import differ, spec_of
from kspec.api.fields import flag, integer, mapping, maybe, obj, objects, text, texts
from kspec.api.validation.job import NAME_LABELS, UID_LABELS
from kspec.api.wire.table import canonical, table
from kspec.api.words import words
from kspec.source.tree import Json, Object

_COUNTED = frozenset(
    words(
        "Pod Deployment ReplicaSet DaemonSet StatefulSet ReplicationController Job CronJob Ingress"
        " IngressClass NetworkPolicy PodDisruptionBudget CustomResourceDefinition ValidatingAdmissionPolicy"
        " ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
        " ValidatingWebhookConfiguration MutatingWebhookConfiguration PriorityClass FlowSchema"
        " PriorityLevelConfiguration EndpointSlice APIService PodTemplate"
    )
)
"""Kinds whose generation is 1 when they are created; that of custom resources is, too."""
_COUNTED_ONCE = frozenset({"PriorityClass"})
"""Kinds whose generation stays what it was at first."""
_ALSO_COUNTED = {"Deployment": "annotations", "EndpointSlice": "labels"}
"""The part of the metadata that counts like the spec."""
_WITH_STATUS = frozenset(
    words(
        "Pod Service Deployment ReplicaSet DaemonSet StatefulSet ReplicationController Job CronJob Ingress"
        " PodDisruptionBudget PersistentVolume PersistentVolumeClaim HorizontalPodAutoscaler ResourceQuota"
        " Namespace CustomResourceDefinition ValidatingAdmissionPolicy"
    )
)
_GATED: Object = {
    "type": "PodScheduled",
    "status": "False",
    "lastProbeTime": None,
    "lastTransitionTime": "<time>",
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}
_SERVER_SET = ("uid", "creationTimestamp", "resourceVersion", "selfLink", "deletionTimestamp", "managedFields")
_REPEATED_OWNERS = (
    ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject"
    " such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
)
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def set_identity(attempt: Attempt) -> None:
    """Namespace and name, before admission: the namespace of the request is `default` where the object names none."""
    metadata = attempt.part("metadata")
    if not attempt.kind.namespaced:
        metadata.pop("namespace", None)
    elif not text(metadata, "namespace"):
        metadata["namespace"] = "default"
    for field in _SERVER_SET:
        metadata.pop(field, None)
    if attempt.old is None and text(metadata, "generateName") and not text(metadata, "name"):
        metadata["name"] = f"{text(metadata, 'generateName')}{RANDOM}"


def prepare(attempt: Attempt) -> None:
    """Make the object ready to be validated."""
    kind, old = attempt.kind.kind, attempt.old
    metadata = attempt.part("metadata")
    if kind in _WITH_STATUS:
        attempt.manifest.pop("status", None)
        if old is not None and old.get("status") is not None:
            attempt.manifest["status"] = old["status"]
    drop_disabled(kind, attempt.manifest, old)
    rule = _RULES.get((attempt.kind.api_version, kind))
    if rule is not None:
        rule(attempt)
    if old is not None:
        metadata.pop("generation", None)
        generation = integer(old, "metadata", "generation")
        if generation:
            metadata["generation"] = generation + _has_changed(attempt, old)
    elif kind in _COUNTED or table().of_kind(attempt.kind.api_version, kind) is None:
        metadata["generation"] = 1


def without_repeated_owners(attempt: Attempt) -> None:
    """Owners that are named twice are stored once, with a warning (handlers/rest.go, dedupOwnerReferences)."""
    metadata = attempt.part("metadata")
    owners = objects(metadata, "ownerReferences")
    kept: list[Json] = []
    repeated: list[str] = []
    for owner in owners:
        if owner in kept:
            repeated.append(text(owner, "uid"))
        else:
            kept.append(owner)
    if repeated:
        metadata["ownerReferences"] = kept
        attempt.warnings.append(f"{_REPEATED_OWNERS}{', '.join(repeated)}")


def _has_changed(attempt: Attempt, old: Object) -> bool:
    """Whether what a generation counts is another; a field of Go's zero value is as good as none."""
    version, kind = attempt.kind.api_version, attempt.kind.kind
    counted = _ALSO_COUNTED.get(kind)
    if counted is not None and mapping(attempt.manifest, "metadata", counted) != mapping(old, "metadata", counted):
        return True
    if kind in _COUNTED_ONCE:
        return False
    new, before = canonical(attempt.manifest, version, kind), canonical(old, version, kind)
    if "spec" in new or "spec" in before:
        return spec_of(new) != spec_of(before)
    apart = ("metadata", "status")
    return {k: v for k, v in new.items() if k not in apart} != {k: v for k, v in before.items() if k not in apart}


def _pod(attempt: Attempt) -> None:
    if attempt.old is None:
        spec = attempt.part("spec")
        status: Object = {"phase": "Pending", "qosClass": quality_of_service(spec)}
        if objects(spec, "schedulingGates"):
            status["conditions"] = [dict(_GATED)]
        attempt.manifest["status"] = status
        merge_label_keys(attempt.manifest)


def _namespace(attempt: Attempt) -> None:
    labels = attempt.part("metadata").setdefault("labels", {})
    assert isinstance(labels, dict)
    if attempt.name:
        labels["kubernetes.io/metadata.name"] = attempt.name
    if attempt.old is not None:
        return
    spec = attempt.part("spec")
    finalizers: list[Json] = list(texts(spec, "finalizers"))
    spec["finalizers"] = finalizers if "kubernetes" in finalizers else [*finalizers, "kubernetes"]
    attempt.manifest["status"] = {"phase": "Active"}


def _claim(attempt: Attempt) -> None:
    spec = attempt.part("spec")
    source, reference = maybe(spec, "dataSource"), maybe(spec, "dataSourceRef")
    if source is not None and reference is None:
        spec["dataSourceRef"] = dict(source)
    elif reference is not None and source is None and _old_source(reference):
        spec["dataSource"] = dict(reference)
    if attempt.old is None:
        attempt.manifest["status"] = {"phase": "Pending"}


def _old_source(reference: Object) -> bool:
    """Whether `dataSource` could say it too."""
    return not text(reference, "namespace") and text(reference, "kind") in ("PersistentVolumeClaim", "VolumeSnapshot")


def _limit_range(attempt: Attempt) -> None:
    """One without a name gets a uid for a name."""
    metadata = attempt.part("metadata")
    if not attempt.name:
        metadata["name"] = UID


def _service_account(attempt: Attempt) -> None:
    """Of secrets only the name is kept."""
    secrets = objects(attempt.manifest, "secrets")
    if secrets:
        attempt.manifest["secrets"] = [{"name": s["name"]} if s.get("name") else {} for s in secrets]


def _endpoint_slice(attempt: Attempt) -> None:
    """Topology is written through `nodeName` and `zone`."""
    for endpoint in objects(attempt.manifest, "endpoints"):
        endpoint.pop("deprecatedTopology", None)


def _volume(attempt: Attempt) -> None:
    if attempt.old is None:
        attempt.manifest["status"] = {"phase": "Pending", "lastPhaseTransitionTime": "<time>"}


def _secret(attempt: Attempt) -> None:
    """`stringData` is a way to write `data`; it is never read back."""
    manifest = attempt.manifest
    plain = mapping(manifest, "stringData")
    manifest.pop("stringData", None)
    if plain:
        encoded: Object = {key: b64encode(value.encode()).decode() for key, value in plain.items()}
        manifest["data"] = {**obj(manifest, "data"), **encoded}


def _daemon_set(attempt: Attempt) -> None:
    """The number of the template, which an old version of the API had in the spec, is kept as an annotation."""
    number, old = 1, attempt.old
    if old is not None:
        before = mapping(old, "metadata", "annotations").get(_TEMPLATE_GENERATION, "")
        template, was = (obj(m, "spec", "template") for m in (attempt.manifest, old))
        changed = differ("core/v1.PodTemplateSpec", template, was)
        number = (int(before) if before.isdigit() else 0) + changed
    metadata = attempt.part("metadata")
    metadata["annotations"] = {**obj(metadata, "annotations"), _TEMPLATE_GENERATION: str(number)}


def _stateful_set(attempt: Attempt) -> None:
    """Without the feature MaxUnavailableStatefulSet the field is dropped."""
    rolling = maybe(obj(attempt.manifest, "spec", "updateStrategy"), "rollingUpdate")
    if rolling is not None:
        rolling.pop("maxUnavailable", None)


def _job(attempt: Attempt) -> None:
    """Jobs select by a uid of their own. Where the labels of the Job were taken from its template, both are one map."""
    if attempt.old is not None:
        return
    spec = attempt.part("spec")
    if flag(spec, "manualSelector"):
        return
    template = spec.setdefault("template", {})
    assert isinstance(template, dict)
    metadata = template.setdefault("metadata", {})
    assert isinstance(metadata, dict)
    labels: Object = {**mapping(metadata, "labels")}
    shared = bool(labels) and mapping(attempt.manifest, "metadata", "labels") == labels
    for label in UID_LABELS:
        labels.setdefault(label, UID)
    for label in NAME_LABELS:
        labels[label] = labels.get(label) or attempt.name
    metadata["labels"] = labels
    if shared:
        attempt.part("metadata")["labels"] = dict(labels)
    selector = spec.setdefault("selector", {})
    assert isinstance(selector, dict)
    matched: Object = {**mapping(selector, "matchLabels")}
    selector["matchLabels"] = {**matched, UID_LABELS[0]: UID}


def _definition(attempt: Attempt) -> None:
    if attempt.old is not None:
        return
    versions = objects(attempt.manifest, "spec", "versions")
    stored: list[Json] = [text(v, "name") for v in versions if flag(v, "storage")]
    names: Object = {"plural": "", "kind": ""}
    attempt.manifest["status"] = {"conditions": None, "acceptedNames": names, "storedVersions": stored}


_RULES: dict[tuple[str, str], Callable[[Attempt], None]] = {
    ("v1", "Pod"): _pod,
    ("v1", "Namespace"): _namespace,
    ("v1", "PersistentVolumeClaim"): _claim,
    ("v1", "PersistentVolume"): _volume,
    ("v1", "Secret"): _secret,
    ("v1", "LimitRange"): _limit_range,
    ("v1", "ServiceAccount"): _service_account,
    ("discovery.k8s.io/v1", "EndpointSlice"): _endpoint_slice,
    ("apps/v1", "DaemonSet"): _daemon_set,
    ("apps/v1", "StatefulSet"): _stateful_set,
    ("batch/v1", "Job"): _job,
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): _definition,
}
