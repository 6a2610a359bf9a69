"""Objects as the log shows them: the fields that tell what happened, without uids, times and defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kspec.api.fields import flag, integer, mapping, maybe, obj, objects, text, texts
from kspec.cluster.names import Names
from kspec.cluster.stored import Stored
from kspec.source.tree import Json, Object

_ANNOTATIONS = (
    "deployment.kubernetes.io/",
    "controller.kubernetes.io/pod-deletion-cost",
    "batch.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "kspec.test/",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
)
_HIDDEN_LABELS = frozenset(
    {"kubernetes.io/os", "kubernetes.io/arch", "controller-uid", "batch.kubernetes.io/controller-uid"}
)


def reduced(stored: Stored, names: Names) -> Object | None:
    """The object in reduced form, with normalised names; None for kinds that are not shown."""
    own = _KINDS.get(stored.kind)
    if own is None:
        return None
    shown = {**_common(stored), **own(stored)}
    spoken = names.spoken({name: value for name, value in shown.items() if _tells(value)})
    assert isinstance(spoken, dict)
    return spoken


def shown(kind: str) -> bool:
    """Whether objects of a kind are in the log."""
    return kind in _KINDS


def changed(before: Object, after: Object) -> tuple[Object, list[str]]:
    """Which fields have another value now, with that value, and which are gone."""
    new: Object = {name: value for name, value in after.items() if before.get(name) != value}
    return new, [name for name in before if name not in after]


def _tells(value: Json) -> bool:
    return value is not None and value != [] and value != {}


def _common(stored: Stored) -> Object:
    metadata = obj(stored.manifest, "metadata")
    annotations: Object = {k: v for k, v in stored.annotations.items() if k.startswith(_ANNOTATIONS)}
    labels: Object = {k: v for k, v in stored.labels.items() if k not in _HIDDEN_LABELS}
    return {
        "owners": [_owner(o.kind, o.name, controller=o.controller, block=o.block) for o in stored.owners],
        "deleting": True if stored.deleting else None,
        "gracePeriod": metadata.get("deletionGracePeriodSeconds") if stored.kind == "Pod" else None,
        "finalizers": list(stored.finalizers),
        "annotations": annotations,
        "labels": {} if stored.kind == "EndpointSlice" else labels,
    }


def _owner(kind: str, name: str, *, controller: bool, block: bool) -> Object:
    out: Object = {"kind": kind, "name": name}
    if controller:
        out["controller"] = True
    if block:
        out["block"] = True
    return out


def _conditions(stored: Stored) -> Object:
    out: Object = {}
    for c in stored.conditions:
        told: Object = {"status": c.status}
        if c.reason:
            told["reason"] = c.reason
        if c.message:
            told["message"] = c.message
        out[c.type] = told
    return out


def _status(stored: Stored, *hidden: str) -> Object:
    apart = {"conditions", *hidden}
    return {name: value for name, value in stored.status.items() if name not in apart and value not in (None, "")}


def _images(spec: Object) -> list[Json]:
    return [text(c, "image") for c in objects(spec, "containers")]


def _workload(stored: Stored) -> Object:
    return {
        "generation": stored.generation,
        "replicas": stored.spec.get("replicas"),
        "paused": True if flag(stored.spec, "paused") else None,
        "images": _images(obj(stored.spec, "template", "spec")),
        "status": _status(stored, "collisionCount"),
        "conditions": _conditions(stored),
    }


def _stateful_set(stored: Stored) -> Object:
    return {**_workload(stored), "updateStrategy": obj(stored.spec, "updateStrategy")}


def _pod(stored: Stored) -> Object:
    spec, status = stored.spec, stored.status
    resources: list[Json] = [obj(c, "resources") for c in objects(spec, "containers") if obj(c, "resources")]
    return {
        "phase": text(status, "phase"),
        "node": text(spec, "nodeName") or None,
        "nominatedNode": text(status, "nominatedNodeName") or None,
        "images": _images(spec),
        "resources": resources,
        "conditions": _conditions(stored),
        "containers": [_container(c) for c in objects(status, "containerStatuses")],
    }


def _container(status: Object) -> Object:
    state = obj(status, "state")
    name = next(iter(state), "")
    out: Object = {"name": text(status, "name"), "state": name}
    if name == "terminated":
        out["exitCode"] = integer(state, name, "exitCode")
    return out


def _node(stored: Stored) -> Object:
    ready = stored.condition("Ready")
    taints: list[Json] = [
        f"{text(t, 'key')}={text(t, 'value')}:{text(t, 'effect')}" for t in objects(stored.spec, "taints")
    ]
    return {
        "ready": ready.status if ready else None,
        "readyReason": ready.reason if ready else None,
        "unschedulable": True if flag(stored.spec, "unschedulable") else None,
        "taints": sorted(taints, key=str),
    }


def _job(stored: Stored) -> Object:
    spec, status = stored.spec, stored.status
    hidden = ("startTime", "completionTime", "uncountedTerminatedPods")
    uncounted = obj(status, "uncountedTerminatedPods")
    return {
        "parallelism": spec.get("parallelism"),
        "completions": spec.get("completions"),
        "backoffLimit": spec.get("backoffLimit"),
        "suspend": bool(flag(spec, "suspend")),
        "status": _status(stored, *hidden),
        "started": bool(text(status, "startTime")),
        "completed": bool(text(status, "completionTime")),
        "uncounted": {name: len(texts(uncounted, name)) for name in ("succeeded", "failed") if texts(uncounted, name)},
        "conditions": _conditions(stored),
    }


def _cron_job(stored: Stored) -> Object:
    return {
        "schedule": text(stored.spec, "schedule"),
        "suspend": bool(flag(stored.spec, "suspend")),
        "active": [text(o, "name") for o in objects(stored.status, "active")],
        "lastSchedule": bool(text(stored.status, "lastScheduleTime")),
        "lastSuccess": bool(text(stored.status, "lastSuccessfulTime")),
    }


def _autoscaler(stored: Stored) -> Object:
    return {
        "min": stored.spec.get("minReplicas"),
        "max": stored.spec.get("maxReplicas"),
        "status": _status(stored, "currentMetrics", "lastScaleTime", "observedGeneration"),
        "currentMetrics": stored.status.get("currentMetrics"),
        "conditions": _conditions(stored),
    }


def _budget(stored: Stored) -> Object:
    return {
        "spec": dict(stored.spec),
        "status": _status(stored, "disruptedPods"),
        "disruptedPods": list[Json](sorted(obj(stored.status, "disruptedPods"))),
        "conditions": _conditions(stored),
    }


def _slice(stored: Stored) -> Object:
    ports: list[Json] = []
    for port in objects(stored.manifest, "ports"):
        ports.append({name: port[name] for name in ("name", "port", "protocol") if port.get(name)})
    endpoints = sorted(objects(stored.manifest, "endpoints"), key=_where)
    return {"endpoints": [_endpoint(e) for e in endpoints], "ports": ports}


def _where(endpoint: Object) -> tuple[str, str]:
    return text(endpoint, "nodeName"), text(endpoint, "targetRef", "name")


def _endpoint(endpoint: Object) -> Object:
    conditions = obj(endpoint, "conditions")
    out: Object = {"pod": text(endpoint, "targetRef", "name"), "node": text(endpoint, "nodeName")}
    return out | {name: conditions.get(name) for name in ("ready", "serving", "terminating")}


def _quota(stored: Stored) -> Object:
    hard: Mapping[str, str] = mapping(stored.status, "hard")
    return {"hard": dict(hard), "used": dict(mapping(stored.status, "used"))}


def _namespace(stored: Stored) -> Object:
    return {
        "phase": text(stored.status, "phase"),
        "specFinalizers": list(texts(stored.spec, "finalizers")),
        "conditions": _conditions(stored),
    }


def _revision(stored: Stored) -> Object:
    return {"revision": stored.manifest.get("revision")}


def _daemon_set(stored: Stored) -> Object:
    return {**_workload(stored), "replicas": None}


def _claim(stored: Stored) -> Object:
    spec, status = stored.spec, stored.status
    return {
        "class": spec.get("storageClassName"),
        "volume": text(spec, "volumeName") or None,
        "phase": text(status, "phase"),
        "capacity": dict(obj(status, "capacity")),
    }


def _volume(stored: Stored) -> Object:
    spec, claim = stored.spec, obj(stored.spec, "claimRef")
    return {
        "class": spec.get("storageClassName"),
        "reclaimPolicy": text(spec, "persistentVolumeReclaimPolicy"),
        "claim": f"{text(claim, 'namespace')}/{text(claim, 'name')}" if claim else None,
        "phase": text(stored.status, "phase"),
        "message": text(stored.status, "message") or None,
    }


def _service(stored: Stored) -> Object:
    return {"selector": maybe(stored.spec, "selector")}


_KINDS: dict[str, Callable[[Stored], Object]] = {
    "ConfigMap": lambda stored: {},
    "ControllerRevision": _revision,
    "CronJob": _cron_job,
    "DaemonSet": _daemon_set,
    "Deployment": _workload,
    "EndpointSlice": _slice,
    "HorizontalPodAutoscaler": _autoscaler,
    "Job": _job,
    "Namespace": _namespace,
    "Node": _node,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "PodDisruptionBudget": _budget,
    "ReplicaSet": _workload,
    "ReplicationController": _workload,
    "ResourceQuota": _quota,
    "Service": _service,
    "StatefulSet": _stateful_set,
}
