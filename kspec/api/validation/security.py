"""Security contexts of pods and containers: ids, seccomp, AppArmor, sysctls, SELinux.

Upstream: pkg/apis/core/validation/validation.go, ValidateSecurityContext, validatePodSpecSecurityContext (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, duplicate, each, invalid, not_supported, required, too_long
from kspec.api.fields import flag, integers, maybe, maybe_text, number, objects, text, texts
from kspec.api.validation.internal import internal
from kspec.api.validation.names import user_id
from kspec.api.validation.paths import local_descending
from kspec.api.validation.windows import check_windows_options
from kspec.source.tree import Object

_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SYSCTL = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
_IPC_SYSCTLS = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")


def check_security_context(at: FieldPath, context: Object | None, host_users: bool) -> Iterator[Cause]:
    """`securityContext` of a container; `host_users` is false in a pod with a user namespace of its own."""
    if context is None:
        return
    for name in ("runAsUser", "runAsGroup"):
        yield from _id(at / name, number(context, name))
    proc_mount = maybe_text(context, "procMount")
    if proc_mount is not None and proc_mount not in ("Default", "Unmasked"):
        yield not_supported(at / "procMount", proc_mount, ("Default", "Unmasked"))
    if host_users and proc_mount == "Unmasked":
        yield invalid(at / "procMount", proc_mount, "`hostUsers` must be false to use `Unmasked`")
    yield from _seccomp(at / "seccompProfile", maybe(context, "seccompProfile"))
    if flag(context, "allowPrivilegeEscalation") is False:
        if flag(context, "privileged"):
            words = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            yield invalid(at, internal("core.SecurityContext", context), words)
        for added in texts(context, "capabilities", "add"):
            if added == "CAP_SYS_ADMIN":
                words = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
                yield invalid(at, internal("core.SecurityContext", context), words)
    yield from check_windows_options(at / "windowsOptions", maybe(context, "windowsOptions"))
    yield from _app_armor(at / "appArmorProfile", maybe(context, "appArmorProfile"))


def check_pod_security_context(at: FieldPath, spec: Object) -> Iterator[Cause]:
    """`securityContext` of a pod, with the fields of the spec that upstream keeps in it."""
    context = maybe(spec, "securityContext")
    if context is None:
        return
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        yield from _id(at / name, number(context, name))
    for i, group in enumerate(integers(context, "supplementalGroups")):
        yield from each((at / "supplementalGroups").item(i), group, user_id(group))
    if flag(spec, "shareProcessNamespace") and flag(spec, "hostPID"):
        words = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(at / "shareProcessNamespace", True, words)
    yield from _sysctls(at / "sysctls", objects(context, "sysctls"), spec)
    yield from _choice(at / "fsGroupChangePolicy", context, ("Always", "OnRootMismatch"))
    yield from _seccomp(at / "seccompProfile", maybe(context, "seccompProfile"))
    yield from check_windows_options(at / "windowsOptions", maybe(context, "windowsOptions"))
    yield from _app_armor(at / "appArmorProfile", maybe(context, "appArmorProfile"))
    yield from _choice(at / "supplementalGroupsPolicy", context, ("Merge", "Strict"))
    yield from _choice(at / "seLinuxChangePolicy", context, ("Recursive",))


def _id(at: FieldPath, value: int | None) -> Iterator[Cause]:
    if value is not None:
        yield from each(at, value, user_id(value))


def _choice(at: FieldPath, holder: Object, allowed: tuple[str, ...]) -> Iterator[Cause]:
    value = maybe_text(holder, str(at.parts[-1]))
    if value is not None and value not in allowed:
        yield not_supported(at, value, allowed)


def _seccomp(at: FieldPath, profile: Object | None) -> Iterator[Cause]:
    if profile is None:
        return
    kind, local = text(profile, "type"), maybe_text(profile, "localhostProfile")
    if not kind:
        yield required(at / "type", "type is required when seccompProfile is set")
    elif kind not in _PROFILES:
        yield not_supported(at / "type", kind, _PROFILES)
    if kind != "Localhost":
        if local is not None:
            shown = internal("core.SeccompProfile", profile)
            yield invalid(at / "localhostProfile", shown, "can only be set when seccomp type is Localhost")
    elif local is None:
        yield required(at / "localhostProfile", "must be set when seccomp type is Localhost")
    else:
        yield from local_descending(at / "localhostProfile", local)


def _app_armor(at: FieldPath, profile: Object | None) -> Iterator[Cause]:
    if profile is None:
        return
    kind, local = text(profile, "type"), maybe_text(profile, "localhostProfile")
    here = at / "localhostProfile"
    if kind == "Localhost":
        if local is None or local == "":
            yield required(here, "must be set when AppArmor type is Localhost")
        elif local.strip() != local:
            yield invalid(here, local, "must not be padded with whitespace")
        if local is not None and len(local.encode()) > 4095:
            yield too_long(here, 4095)
    elif not kind:
        yield required(at / "type", "type is required when appArmorProfile is set")
    elif kind not in _PROFILES:
        yield not_supported(at / "type", kind, _PROFILES)
    elif local is not None:
        yield invalid(here, local, "can only be set when AppArmor type is Localhost")


def _sysctls(at: FieldPath, sysctls: list[Object], spec: Object) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, sysctl in enumerate(sysctls):
        here, name = at.item(i) / "name", text(sysctl, "name")
        if not name:
            yield required(here)
        elif len(name) > 253 or not re.match(_SYSCTL, name):
            yield invalid(here, name, f"must have at most 253 characters and match regex {_SYSCTL}")
        elif name in seen:
            yield duplicate(here, name)
        dotted = name.replace("/", ".")
        if flag(spec, "hostNetwork") and dotted.startswith("net."):
            yield invalid(here, name, "may not be specified when 'hostNetwork' is true")
        elif flag(spec, "hostIPC") and dotted.startswith(_IPC_SYSCTLS):
            yield invalid(here, name, "may not be specified when 'hostIPC' is true")
        seen.add(name)
