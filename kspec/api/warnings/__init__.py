"""What the API server says about objects it takes all the same."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import ROOT, SPEC
from kspec.api.equality import spec_of
from kspec.api.fields import integer, obj, objects
from kspec.api.warnings.definition import definition_warnings
from kspec.api.warnings.others import (
    account_warnings,
    ingress_warnings,
    job_spec_warnings,
    node_warnings,
    policy_warnings,
    runtime_warnings,
    secret_warnings,
)
from kspec.api.warnings.pod import pod_warnings
from kspec.api.warnings.service import service_warnings
from kspec.api.warnings.storage import claim_warnings, class_warnings, volume_warnings
from kspec.api.warnings.words import claim_spec, odd_name
from kspec.source.tree import Object

_DEPRECATED = {
    ("v1", "Endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ("v1", "ComponentStatus"): "v1 ComponentStatus is deprecated in v1.19+",
}
_TOKENS = "serviceAccountTokenInSecrets"
_TOKEN_WORDS = "if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes"
_HISTORY = "a negative value retains all historical revisions; a value >= 0 is recommended"


def deprecation(api_version: str, kind: str) -> tuple[str, ...]:
    """What any request about a deprecated kind is told, whatever comes of it."""
    said = _DEPRECATED.get((api_version, kind))
    return (said,) if said else ()


def warnings_of(manifest: Object) -> tuple[str, ...]:
    """The warnings about an object that is valid and has its defaults, in upstream's order."""
    return tuple(dict.fromkeys(_warnings(manifest)))


def _warnings(manifest: Object) -> Iterator[str]:
    spec = obj(manifest, "spec")
    match manifest.get("kind"):
        case "Pod":
            yield from odd_name(manifest, "the Pod's hostname")
            yield from pod_warnings(ROOT, manifest, template=False)
        case "Deployment" | "ReplicaSet" | "ReplicationController":
            yield from odd_name(manifest)
            yield from pod_warnings(SPEC / "template", obj(spec, "template"), template=True)
        case "DaemonSet":
            yield from pod_warnings(SPEC / "template", obj(spec, "template"), template=True)
        case "StatefulSet":
            yield from pod_warnings(SPEC / "template", obj(spec, "template"), template=True)
            for i, claim in enumerate(objects(spec, "volumeClaimTemplates")):
                yield from claim_spec((SPEC / "volumeClaimTemplates").item(i), obj(claim, "spec"))
            if integer(spec, "revisionHistoryLimit") < 0:
                yield f"spec.revisionHistoryLimit: {_HISTORY}"
        case "PodTemplate":
            yield from pod_warnings(ROOT / "template", obj(manifest, "template"), template=True)
        case "Job":
            yield from odd_name(manifest)
            yield from job_spec_warnings(SPEC, spec)
        case "CronJob":
            yield from odd_name(manifest)
            yield from job_spec_warnings(SPEC / "jobTemplate.spec", obj(spec, "jobTemplate", "spec"))
        case _:
            yield from _other(manifest)


def _other(manifest: Object) -> Iterator[str]:
    match (manifest.get("apiVersion"), manifest.get("kind")):
        case ("v1", "Service"):
            yield from service_warnings(manifest)
        case ("networking.k8s.io/v1", "Ingress"):
            yield from ingress_warnings(manifest)
        case ("networking.k8s.io/v1", "NetworkPolicy"):
            yield from policy_warnings(manifest)
        case ("v1", "PersistentVolume"):
            yield from volume_warnings(manifest)
        case ("v1", "PersistentVolumeClaim"):
            yield from claim_warnings(manifest)
        case ("storage.k8s.io/v1", "StorageClass"):
            yield from class_warnings(manifest)
        case ("storage.k8s.io/v1", "CSIDriver"):
            if objects(manifest, "spec", "tokenRequests") and spec_of(manifest).get(_TOKENS) is None:
                yield f"spec.{_TOKENS} is unset; {_TOKEN_WORDS}"
        case ("v1", "Secret"):
            yield from secret_warnings(manifest)
        case ("v1", "ServiceAccount"):
            yield from account_warnings(manifest)
        case ("v1", "Node"):
            yield from node_warnings(manifest)
        case ("apiextensions.k8s.io/v1", "CustomResourceDefinition"):
            yield from definition_warnings(manifest)
        case ("node.k8s.io/v1", "RuntimeClass"):
            yield from runtime_warnings(manifest)
        case _:
            return
