"""Volume mounts and devices of a container, against the pod's volumes.

Upstream: pkg/apis/core/validation/validation.go, ValidateVolumeMounts, ValidateVolumeDevices (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kspec.api.cause import Cause, FieldPath, forbidden, invalid, not_found, not_supported, required
from kspec.api.fields import flag, maybe_text, obj, objects, text
from kspec.api.validation.paths import local_descending, no_backsteps
from kspec.source.tree import Object

Volumes = Mapping[str, Object]
_PROPAGATION = ("Bidirectional", "HostToContainer", "None")
_READ_ONLY = ("Disabled", "Enabled", "IfPossible")


def check_mounts(at: FieldPath, container: Object, volumes: Volumes) -> Iterator[Cause]:
    """`volumeMounts`: the volume exists, no path twice, neither with a device."""
    devices = {text(d, "name"): text(d, "devicePath") for d in objects(container, "volumeDevices")}
    paths: set[str] = set()
    for i, mount in enumerate(objects(container, "volumeMounts")):
        here, name, path = at.item(i), text(mount, "name"), text(mount, "mountPath")
        if not name:
            yield required(here / "name")
        if name not in volumes:
            yield not_found(here / "name", name)
        if not path:
            yield required(here / "mountPath")
        if path in paths:
            yield invalid(here / "mountPath", path, "must be unique")
        paths.add(path)
        if name in devices:
            yield invalid(here / "name", name, "must not already exist in volumeDevices")
        if path in devices.values():
            yield invalid(here / "mountPath", path, "must not already exist as a path in volumeDevices")
        yield from _details(at, here, mount, container)


def _details(at: FieldPath, here: FieldPath, mount: Object, container: Object) -> Iterator[Cause]:
    sub_path, expression = text(mount, "subPath"), text(mount, "subPathExpr")
    if sub_path:
        yield from local_descending(at / "subPath", sub_path)
    if expression:
        if sub_path:
            yield invalid(here / "subPathExpr", expression, "subPathExpr and subPath are mutually exclusive")
        yield from local_descending(at / "subPathExpr", expression)
    propagation = maybe_text(mount, "mountPropagation")
    if propagation is not None:
        if propagation not in _PROPAGATION:
            yield not_supported(at / "mountPropagation", propagation, _PROPAGATION)
        if propagation == "Bidirectional" and not flag(obj(container, "securityContext"), "privileged"):
            words = "Bidirectional mount propagation is available only to privileged containers"
            yield forbidden(at / "mountPropagation", words)
    recursive = maybe_text(mount, "recursiveReadOnly")
    if recursive in ("Enabled", "IfPossible"):
        if not flag(mount, "readOnly"):
            yield forbidden(at / "recursiveReadOnly", "may only be specified when readOnly is true")
        if propagation not in (None, "None"):
            words = "may only be specified when mountPropagation is None or not specified"
            yield forbidden(at / "recursiveReadOnly", words)
    elif recursive not in (None, "Disabled"):
        yield not_supported(at / "recursiveReadOnly", recursive, _READ_ONLY)


def check_devices(at: FieldPath, container: Object, volumes: Volumes) -> Iterator[Cause]:
    """`volumeDevices`: claims only, no name or path twice, neither with a mount."""
    mounts = {text(m, "name"): text(m, "mountPath") for m in objects(container, "volumeMounts")}
    paths: set[str] = set()
    names: set[str] = set()
    for i, device in enumerate(objects(container, "volumeDevices")):
        here, name, path = at.item(i), text(device, "name"), text(device, "devicePath")
        source = volumes.get(name)
        if not name:
            yield required(here / "name")
        if name in names:
            yield invalid(here / "name", name, "must be unique")
        if source is None:
            yield not_found(here / "name", name)
        elif "persistentVolumeClaim" not in source and "ephemeral" not in source:
            words = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            yield invalid(here / "name", name, words)
        if not path:
            yield required(here / "devicePath")
        if path in paths:
            yield invalid(here / "devicePath", path, "must be unique")
        if path and any(no_backsteps(here, path)):
            yield invalid(here / "devicePath", path, "can not contain backsteps ('..')")
        else:
            paths.add(path)
        if name in mounts:
            yield invalid(here / "name", name, "must not already exist in volumeMounts")
        if path in mounts.values():
            yield invalid(here / "devicePath", path, "must not already exist as a path in volumeMounts")
        if name:
            names.add(name)
