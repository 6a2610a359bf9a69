"""What a pod may not say on the operating system it names.

Upstream: pkg/apis/core/validation/validation.go, validateOS, validateLinux, validateWindows (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, forbidden, not_supported, required
from kspec.api.fields import flag, maybe, obj, objects, text
from kspec.source.tree import Object

_IN_CONTEXT = "securityContext."
# In upstream's order; those with a dot are fields of the pod's security context.
_NOT_ON_WINDOWS = (
    "securityContext.appArmorProfile",
    "securityContext.seLinuxOptions",
    "hostUsers",
    "hostPID",
    "hostIPC",
    "securityContext.seccompProfile",
    "securityContext.fsGroup",
    "securityContext.fsGroupChangePolicy",
    "securityContext.sysctls",
    "shareProcessNamespace",
    "securityContext.runAsUser",
    "securityContext.runAsGroup",
    "securityContext.supplementalGroups",
    "securityContext.supplementalGroupsPolicy",
    "securityContext.seLinuxChangePolicy",
)
_NOT_IN_WINDOWS_CONTAINERS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)


def check_os(at: FieldPath, spec: Object) -> Iterator[Cause]:
    os = maybe(spec, "os")
    if os is None:
        return
    match text(os, "name"):
        case "":
            yield required(at / "os" / "name")
        case "linux":
            yield from _linux(at, spec)
        case "windows":
            yield from _windows(at, spec)
        case other:
            yield not_supported(at / "os", other, ("linux", "windows"))


def _linux(at: FieldPath, spec: Object) -> Iterator[Cause]:
    words = "windows options cannot be set for a linux pod"
    if maybe(obj(spec, "securityContext"), "windowsOptions") is not None:
        yield forbidden(at / "securityContext" / "windowsOptions", words)
    for here, context in _contexts(at, spec):
        if maybe(context, "windowsOptions") is not None:
            yield forbidden(here / "windowsOptions", words)


def _windows(at: FieldPath, spec: Object) -> Iterator[Cause]:
    words, context = "cannot be set for a windows pod", obj(spec, "securityContext")
    for name in _NOT_ON_WINDOWS:
        if name.startswith(_IN_CONTEXT):
            given = context.get(name.removeprefix(_IN_CONTEXT))
            present = bool(given) if name.endswith("sysctls") else given is not None
        elif name in ("hostPID", "hostIPC"):
            present = bool(flag(spec, name))
        else:
            present = spec.get(name) is not None
        if present:
            yield forbidden(at / name, words)
    for here, container_context in _contexts(at, spec):
        for name in _NOT_IN_WINDOWS_CONTAINERS:
            if container_context.get(name) is not None:
                yield forbidden(here / name, words)


def _contexts(at: FieldPath, spec: Object) -> Iterator[tuple[FieldPath, Object]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(objects(spec, field)):
            yield (at / field).item(i) / "securityContext", obj(container, "securityContext")
