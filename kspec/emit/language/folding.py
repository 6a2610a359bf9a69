"""Leaves out what the API server fills in by itself: kspec need not say it, and nobody need read it.

The list below only proposes; a value goes if the object with defaults is the same without it.
"""

from __future__ import annotations

from kspec.api.defaulting import default
from kspec.domain.objects import Resource, without_nulls
from kspec.source.tree import Json, Object, Path

_USUAL: dict[str, tuple[Json, ...]] = {
    "apiVersion": ("v1",),
    "appProtocol": (),
    "backoffLimit": (6,),
    "completionMode": ("NonIndexed",),
    "completions": (1,),
    "concurrencyPolicy": ("Allow",),
    "defaultMode": (420,),
    "divisor": ("0", 0),
    "dnsPolicy": ("ClusterFirst",),
    "failedJobsHistoryLimit": (1,),
    "failureThreshold": (3,),
    "imagePullPolicy": ("IfNotPresent", "Always"),
    "initialDelaySeconds": (0,),
    "internalTrafficPolicy": ("Cluster",),
    "externalTrafficPolicy": ("Cluster",),
    "manualSelector": (False,),
    "maxSurge": ("25%", 0),
    "maxUnavailable": ("25%", 1),
    "minReplicas": (1,),
    "parallelism": (1,),
    "partition": (0,),
    "path": ("/",),
    "periodSeconds": (10,),
    "persistentVolumeReclaimPolicy": ("Retain", "Delete"),
    "podManagementPolicy": ("OrderedReady",),
    "progressDeadlineSeconds": (600,),
    "protocol": ("TCP",),
    "reclaimPolicy": ("Delete",),
    "replicas": (1,),
    "restartPolicy": ("Always",),
    "revisionHistoryLimit": (10,),
    "schedulerName": ("default-scheduler",),
    "scheme": ("HTTP",),
    "sessionAffinity": ("None",),
    "successThreshold": (1,),
    "successfulJobsHistoryLimit": (3,),
    "suspend": (False,),
    "terminationGracePeriodSeconds": (30,),
    "terminationMessagePath": ("/dev/termination-log",),
    "terminationMessagePolicy": ("File",),
    "timeoutSeconds": (1,),
    "volumeBindingMode": ("Immediate",),
    "volumeMode": ("Filesystem",),
    "whenDeleted": ("Retain",),
    "whenScaled": ("Retain",),
}
"""Fields and the values that upstream's defaults give them somewhere."""
_KEPT = frozenset({"apiVersion", "kind"})
"""Fields of the object itself that name it."""
_TYPES = {"type": ("RollingUpdate", "ClusterIP", "Opaque", "Container"), "targetPort": ()}
_EMPTIED = frozenset({"strategy", "updateStrategy", "rollingUpdate", "persistentVolumeClaimRetentionPolicy"})
"""Structs that go with the last of their fields."""


def fold(manifest: Object, version: str) -> Object:
    """The manifest without nulls and without what the API server of a version would fill in again."""
    plain = without_nulls(manifest)
    assert isinstance(plain, dict)
    candidates = [path for path in _candidates(plain, ()) if len(path) > 1 or path[0] not in _KEPT]
    if not candidates:
        return plain
    wanted = default(Resource(plain), version).manifest
    return _without(plain, candidates, wanted, version)


def _without(manifest: Object, candidates: list[Path], wanted: Object, version: str) -> Object:
    """The manifest without as many candidates as possible, found by halves: mostly all of them can go at once."""
    shorter = _removed(manifest, candidates)
    if default(Resource(shorter), version).manifest == wanted:
        return shorter
    if len(candidates) == 1:
        return manifest
    middle = len(candidates) // 2
    manifest = _without(manifest, candidates[:middle], wanted, version)
    return _without(manifest, candidates[middle:], wanted, version)


def _candidates(value: Json, path: Path) -> list[Path]:
    found: list[Path] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                found += _candidates(inner, (*path, key))
            elif _is_usual(key, inner, value):
                found.append((*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _candidates(inner, (*path, index))
    return found


def _is_usual(key: str, value: Json, owner: Object) -> bool:
    if key == "targetPort":
        return value == owner.get("port")
    return any(value == usual and type(value) is type(usual) for usual in (*_USUAL.get(key, ()), *_TYPES.get(key, ())))


def _removed(value: Json, paths: list[Path]) -> Object:
    out = _rest(value, set(paths), ())
    assert isinstance(out, dict)
    return out


def _rest(value: Json, gone: set[Path], path: Path) -> Json:
    if isinstance(value, list):
        return [_rest(inner, gone, (*path, i)) for i, inner in enumerate(value)]
    if not isinstance(value, dict):
        return value
    out: Object = {}
    for key, inner in value.items():
        here = (*path, key)
        if here in gone:
            continue
        rest = _rest(inner, gone, here)
        if key in _EMPTIED and rest == {} and inner != {}:
            continue
        out[key] = rest
    return out
