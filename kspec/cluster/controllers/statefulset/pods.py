"""The pods of a StatefulSet: their identity, and whether they count.

Upstream: pkg/controller/statefulset/stateful_set_utils.go (v1.36).
"""

from __future__ import annotations

from kspec.api.fields import integer, objects, text
from kspec.cluster.controller import is_ready, phase, pod_from
from kspec.cluster.controllers.history import REVISION_LABEL
from kspec.cluster.controllers.replicaset import is_available
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Json, Object

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"


def desired_of(found: Stored) -> int:
    return integer(found.spec, "replicas")


def start_of(found: Stored) -> int:
    """The first ordinal."""
    return integer(found.spec, "ordinals", "start")


def partition_of(found: Stored) -> int:
    """The pods below this one keep the old revision."""
    return integer(found.spec, "updateStrategy", "rollingUpdate", "partition")


def is_on_delete(found: Stored) -> bool:
    return text(found.spec, "updateStrategy", "type") == "OnDelete"


def is_parallel(found: Stored) -> bool:
    return text(found.spec, "podManagementPolicy") == "Parallel"


def parent_and_ordinal(name: str) -> tuple[str, int]:
    """The set's name and the ordinal in a pod's name; -1 for other names."""
    parent, dash, ordinal = name.rpartition("-")
    if not dash or not ordinal.isascii() or not ordinal.isdigit() or int(ordinal) >= 2**31:
        return "", -1
    return parent, int(ordinal)


def ordinal_of(pod: Stored) -> int:
    return parent_and_ordinal(pod.name)[1]


def revision_of(pod: Stored) -> str:
    return pod.labels.get(REVISION_LABEL, "")


def is_created(pod: Stored) -> bool:
    return bool(phase(pod))


def is_running_ready(pod: Stored) -> bool:
    return phase(pod) == "Running" and is_ready(pod)


def is_running_available(found: Stored, pod: Stored, now: float) -> bool:
    return phase(pod) == "Running" and is_available(pod, integer(found.spec, "minReadySeconds"), now)


def is_unavailable(found: Stored, pod: Stored, now: float) -> bool:
    return pod.deleting or not is_running_available(found, pod, now)


def new_pod(found: Stored, template: Object, revision: str, ordinal: int) -> Stored:
    """A pod as it will be created: with its name, its labels, its host name and its claims."""
    manifest = pod_from(template, found, name=f"{found.name}-{ordinal}")
    labels = part(manifest, "metadata", "labels")
    part(manifest, "metadata")["labels"] = {
        **labels,
        NAME_LABEL: f"{found.name}-{ordinal}",
        INDEX_LABEL: str(ordinal),
        REVISION_LABEL: revision,
    }
    spec = part(manifest, "spec")
    spec["hostname"] = f"{found.name}-{ordinal}"
    spec["subdomain"] = text(found.spec, "serviceName")
    volumes = _volumes(found, spec, ordinal)
    if volumes:
        spec["volumes"] = volumes
    return Stored(manifest)


def claims_of(found: Stored) -> list[Object]:
    return objects(found.spec, "volumeClaimTemplates")


def claim_name(found: Stored, claim: Object, ordinal: int) -> str:
    return f"{text(claim, 'metadata', 'name')}-{found.name}-{ordinal}"


def _volumes(found: Stored, spec: Object, ordinal: int) -> list[Json]:
    """A volume for each claim, and the template's volumes that no claim replaces."""
    out: list[Json] = []
    names = set()
    for claim in claims_of(found):
        name = text(claim, "metadata", "name")
        names.add(name)
        out.append({"name": name, "persistentVolumeClaim": {"claimName": claim_name(found, claim, ordinal)}})
    out += [v for v in objects(spec, "volumes") if text(v, "name") not in names]
    return out


def identity_matches(found: Stored, pod: Stored) -> bool:
    ordinal = ordinal_of(pod)
    return (
        pod.name == f"{found.name}-{ordinal}"
        and pod.labels.get(NAME_LABEL) == pod.name
        and pod.labels.get(INDEX_LABEL) == str(ordinal)
    )
