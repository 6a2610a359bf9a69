"""The pods of a Job: whether they have ended and been counted, their index, and how new ones are made.

Upstream: pkg/controller/job/job_controller.go, indexed_job_utils.go, backoff_utils.go (`getFinishedTime`) (v1.36).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.api.fields import flag, integer, obj, objects, text
from kspec.cluster.controller import is_ready, node_of, phase, pod_from
from kspec.cluster.moments import seconds_of
from kspec.cluster.stored import Stored, part
from kspec.source.tree import Json, Object

FINALIZER = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count"
_ENVIRONMENT = "JOB_COMPLETION_INDEX"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def completions_of(job: Stored) -> int | None:
    """None for a work queue: the pods know themselves when they are done."""
    value = job.spec.get("completions")
    return value if isinstance(value, int) else None


def is_indexed(job: Stored) -> bool:
    return text(job.spec, "completionMode") == "Indexed"


def is_suspended(job: Stored) -> bool:
    return bool(flag(job.spec, "suspend"))


def limit_per_index(job: Stored) -> int | None:
    value = job.spec.get("backoffLimitPerIndex")
    return value if isinstance(value, int) else None


def replaces_only_failed(job: Stored) -> bool:
    """Whether a pod that is on its way out is still waited for."""
    return text(job.spec, "podReplacementPolicy") == "Failed" or bool(obj(job.spec, "podFailurePolicy"))


def is_finished(job: Stored) -> bool:
    return any(c.type in ("Complete", "Failed") and c.status == "True" for c in job.conditions)


def is_tracked(pod: Stored) -> bool:
    """Whether a pod has not been counted yet."""
    return FINALIZER in pod.finalizers


def is_failed(job: Stored, pod: Stored) -> bool:
    """A pod on its way out counts as failed, unless only failed ones are replaced."""
    if phase(pod) == "Failed":
        return True
    return not replaces_only_failed(job) and pod.deleting and phase(pod) != "Succeeded"


def index_of(pod: Stored) -> int | None:
    value = pod.annotations.get(INDEX, "")
    return int(value) if value.isascii() and value.isdigit() else None


def valid_index(job: Stored, pod: Stored) -> int | None:
    """The pod's index, if it is one that the Job has."""
    index, completions = index_of(pod), completions_of(job)
    return index if index is not None and completions is not None and index < completions else None


def failures_of(pod: Stored) -> int:
    return _count(pod, FAILURES)


def all_failures_of(pod: Stored) -> int:
    """With those that a failure policy ignores."""
    return _count(pod, FAILURES) + _count(pod, IGNORED_FAILURES)


def _count(pod: Stored, annotation: str) -> int:
    value = pod.annotations.get(annotation, "")
    return int(value) if value.isascii() and value.isdigit() else 0


def finished_at(pod: Stored) -> float:
    """When its containers ended, it stopped being ready, or its deletion was asked for; in seconds."""
    states = [obj(c, "state") for c in objects(pod.status, "containerStatuses")]
    ends = [text(state, "terminated", "finishedAt") for state in states]
    if ends and all(ends):
        return max(map(seconds_of, ends))
    ready = pod.condition("Ready")
    if ready is not None and ready.status == "False" and ready.transitioned:
        return seconds_of(ready.transitioned)
    if pod.deleting:
        grace = integer(pod.manifest, "metadata", "deletionGracePeriodSeconds")
        return seconds_of(text(pod.manifest, "metadata", "deletionTimestamp")) - grace
    return pod.created


def to_remove(job: Stored, active: Sequence[Stored], at_least: int) -> list[Stored]:
    """Pods whose index is not the Job's or has another pod, and as many more as there are too many."""
    removed: list[Stored] = []
    left = list(active)
    if is_indexed(job):
        left, removed = [], [pod for pod in active if valid_index(job, pod) is None]
        by_index: dict[int, list[Stored]] = {}
        for pod in active:
            index = valid_index(job, pod)
            if index is not None:
                by_index.setdefault(index, []).append(pod)
        for pods in by_index.values():
            ordered = sorted(pods, key=_first_to_go)
            removed += ordered[:-1]
            left.append(ordered[-1])
    more = max(0, at_least - len(removed))
    return [*removed, *sorted(left, key=_first_to_go)[:more]]


def _first_to_go(pod: Stored) -> tuple[float, ...]:
    """Without a node, in an early phase, not ready, ready for a short time, young: those go first."""
    ready = pod.condition("Ready")
    since = seconds_of(ready.transitioned) if ready is not None and is_ready(pod) else 0.0
    return (bool(node_of(pod)), _PHASES.get(phase(pod), 0), is_ready(pod), -since, -pod.created)


def new_pod(job: Stored, index: int | None, annotations: Mapping[str, str]) -> Object:
    """The manifest of a pod, of an index or of none."""
    if index is None:
        return _tracked(pod_from(job.spec.get("template"), job))
    manifest = pod_from(job.spec.get("template"), job, prefix=f"{job.name}-{index}-")
    metadata = part(manifest, "metadata")
    metadata["annotations"] = {**obj(metadata, "annotations"), INDEX: str(index), **annotations}
    metadata["labels"] = {**obj(metadata, "labels"), INDEX: str(index)}
    spec = part(manifest, "spec")
    spec["hostname"] = f"{job.name}-{index}"
    for name in ("initContainers", "containers"):
        given = objects(spec, name)
        if given:
            spec[name] = [_with_index(container) for container in given]
    return _tracked(manifest)


def _with_index(container: Object) -> Json:
    variables = objects(container, "env")
    if any(text(v, "name") == _ENVIRONMENT for v in variables):
        return container
    field: Object = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
    return {**container, "env": [*variables, {"name": _ENVIRONMENT, "valueFrom": field}]}


def _tracked(manifest: Object) -> Object:
    metadata = part(manifest, "metadata")
    given = metadata.get("finalizers")
    others = [f for f in given if f != FINALIZER] if isinstance(given, list) else []
    metadata["finalizers"] = [*others, FINALIZER]
    return manifest


UNTRACK: Object = {"metadata": {"$deleteFromPrimitiveList/finalizers": [FINALIZER]}}
"""The patch that says that a pod has been counted."""
