"""The checks of the baseline standard.

Upstream: staging/src/k8s.io/pod-security-admission/policy/check_*.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.pod_standards import (
    Check,
    Finding,
    Versioned,
    containers,
    context,
    in_user_namespace,
    names_where,
    plural,
    quote,
    setters,
    visited,
)
from kspec.api.fields import flag, mapping, maybe, objects, text, texts
from kspec.api.words import words
from kspec.source.tree import Object

_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
PROFILES = ("Localhost", "RuntimeDefault")
DEFAULT_CAPABILITIES = frozenset(
    words(
        "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP"
        " SETUID SYS_CHROOT"
    )
)
_SYSCTLS = (
    (0, "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
)
_SELINUX_TYPES = ((0, " container_t container_init_t container_kvm_t"), (31, "container_engine_t"))


def _since(table: tuple[tuple[int, str], ...], minor: int) -> frozenset[str]:
    return frozenset(word for since, words in table if since <= minor for word in words.split(" "))


def _app_armor(metadata: Object, spec: Object) -> Finding | None:
    values: set[str] = set()

    def bad(owner: Object) -> bool:
        profile = maybe(context(owner), "appArmorProfile")
        if profile is None or text(profile, "type") in PROFILES:
            return False
        values.add(text(profile, "type"))
        return True

    who = setters(bad(spec), names_where(spec, bad))
    annotations = sorted(
        f'{key}="{value}"'
        for key, value in mapping(metadata, "annotations").items()
        if key.startswith(_APP_ARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    )
    if annotations:
        word = plural("annotation", "annotations", len(annotations))
        who = f"{who} and {word}" if who else word
    if not who:
        return None
    listed = sorted(values) + annotations
    reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", len(listed))
    return Finding(reason, f"{who} must not set AppArmor profile type to {quote(listed)}")


def _capabilities(metadata: Object, spec: Object) -> Finding | None:
    added: set[str] = set()

    def bad(container: Object) -> bool:
        extra = set(texts(context(container), "capabilities", "add")) - DEFAULT_CAPABILITIES
        added.update(extra)
        return bool(extra)

    names = names_where(spec, bad)
    if not names:
        return None
    words = f"{containers(names)} must not include {quote(sorted(added))} in securityContext.capabilities.add"
    return Finding("non-default capabilities", words)


def _host_namespaces(metadata: Object, spec: Object) -> Finding | None:
    shared = [f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if flag(spec, name)]
    return Finding("host namespaces", ", ".join(shared)) if shared else None


def _host_paths(metadata: Object, spec: Object) -> Finding | None:
    names = [text(v, "name") for v in objects(spec, "volumes") if maybe(v, "hostPath") is not None]
    if not names:
        return None
    return Finding("hostPath volumes", f"{plural('volume', 'volumes', len(names))} {quote(names)}")


def _host_ports(metadata: Object, spec: Object) -> Finding | None:
    ports: set[str] = set()

    def bad(container: Object) -> bool:
        used = {str(port["hostPort"]) for port in objects(container, "ports") if port.get("hostPort")}
        ports.update(used)
        return bool(used)

    names = names_where(spec, bad)
    if not names:
        return None
    use, word = plural("uses", "use", len(names)), plural("hostPort", "hostPorts", len(ports))
    return Finding("hostPort", f"{containers(names)} {use} {word} {', '.join(sorted(ports))}")


def _hosts(container: Object) -> Iterator[str]:
    lifecycle = maybe(container, "lifecycle") or {}
    handlers = [container.get(f"{name}Probe") for name in ("liveness", "readiness", "startup")]
    for handler in (*handlers, lifecycle.get("postStart"), lifecycle.get("preStop")):
        for action in ("httpGet", "tcpSocket"):
            yield text(handler, action, "host")


def _host_probes(metadata: Object, spec: Object) -> Finding | None:
    names, hosts = set(), set()
    for container in visited(spec):
        found = set(_hosts(container)) - {""}
        if found:
            names.add(text(container, "name"))
            hosts |= found
    if not names:
        return None
    use = plural("uses", "use", len(names))
    word = plural("probe or lifecycle host", "probe or lifecycle hosts", len(hosts))
    return Finding("probe or lifecycle host", f"{containers(sorted(names))} {use} {word} {quote(sorted(hosts))}")


def _privileged(metadata: Object, spec: Object) -> Finding | None:
    names = names_where(spec, lambda c: flag(context(c), "privileged") is True)
    if not names:
        return None
    return Finding("privileged", f"{containers(names)} must not set securityContext.privileged=true")


def proc_mount(metadata: Object, spec: Object) -> Finding | None:
    kinds: set[str] = set()

    def bad(container: Object) -> bool:
        kind = context(container).get("procMount")
        if not isinstance(kind, str) or kind == "Default":
            return False
        kinds.add(kind)
        return True

    names = names_where(spec, bad)
    if not names:
        return None
    words = f"{containers(names)} must not set securityContext.procMount to {quote(sorted(kinds))}"
    return Finding("procMount", words)


def _proc_mount_outside_user_namespaces(metadata: Object, spec: Object) -> Finding | None:
    return None if in_user_namespace(spec) else proc_mount(metadata, spec)


def _se_linux(minor: int) -> Check:
    allowed = _since(_SELINUX_TYPES, minor)

    def check(metadata: Object, spec: Object) -> Finding | None:
        types: set[str] = set()
        given: set[str] = set()

        def bad(owner: Object) -> bool:
            options = maybe(context(owner), "seLinuxOptions") or {}
            wrong = {text(options, "type")} - allowed
            named = {name for name in ("user", "role") if text(options, name)}
            types.update(wrong)
            given.update(named)
            return bool(wrong or named)

        who = setters(bad(spec), names_where(spec, bad))
        if not who:
            return None
        data = [f"{plural('type', 'types', len(types))} {quote(sorted(types))}"] if types else []
        data += [f"{name} may not be set" for name in ("user", "role") if name in given]
        words = f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}"
        return Finding("seLinuxOptions", words)

    return check


def _seccomp_annotations(metadata: Object, spec: Object) -> Finding | None:
    keys = {_SECCOMP_POD, *(_SECCOMP + text(c, "name") for c in visited(spec))}
    bad = sorted(
        f'{key}="{value}"'
        for key, value in mapping(metadata, "annotations").items()
        if key in keys and value not in ("runtime/default", "docker/default") and not value.startswith("localhost/")
    )
    if not bad:
        return None
    return Finding("seccompProfile", f"forbidden {plural('annotation', 'annotations', len(bad))} {', '.join(bad)}")


def seccomp(metadata: Object, spec: Object) -> Finding | None:
    """Profiles that are set are among those allowed."""
    values: set[str] = set()

    def bad(owner: Object) -> bool:
        profile = maybe(context(owner), "seccompProfile")
        if profile is None or text(profile, "type") in PROFILES:
            return False
        values.add(text(profile, "type"))
        return True

    who = setters(bad(spec), names_where(spec, bad))
    if not who:
        return None
    words = f"{who} must not set securityContext.seccompProfile.type to {quote(sorted(values))}"
    return Finding("seccompProfile", words)


def _sysctls(minor: int) -> Check:
    allowed = _since(_SYSCTLS, minor)

    def check(metadata: Object, spec: Object) -> Finding | None:
        names = [text(s, "name") for s in objects(spec, "securityContext", "sysctls")]
        bad = [name for name in names if name not in allowed]
        return Finding("forbidden sysctls", ", ".join(bad)) if bad else None

    return check


def _host_process(metadata: Object, spec: Object) -> Finding | None:
    def bad(owner: Object) -> bool:
        return flag(context(owner), "windowsOptions", "hostProcess") is True

    who = setters(bad(spec), names_where(spec, bad))
    return (
        Finding("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true") if who else None
    )


BASELINE: tuple[Versioned, ...] = (
    Versioned("appArmorProfile", ((0, _app_armor),)),
    Versioned("capabilities_baseline", ((0, _capabilities),)),
    Versioned("hostNamespaces", ((0, _host_namespaces),)),
    Versioned("hostPathVolumes", ((0, _host_paths),)),
    Versioned("hostPorts", ((0, _host_ports),)),
    Versioned("hostProbesAndHostLifecycle", ((34, _host_probes),)),
    Versioned("privileged", ((0, _privileged),)),
    Versioned("procMount", ((0, proc_mount), (35, _proc_mount_outside_user_namespaces))),
    Versioned("seLinuxOptions", ((0, _se_linux(0)), (31, _se_linux(31)))),
    Versioned("seccompProfile_baseline", ((0, _seccomp_annotations), (19, seccomp))),
    Versioned("sysctls", tuple((minor, _sysctls(minor)) for minor in (0, 27, 29, 32))),
    Versioned("windowsHostProcess", ((0, _host_process),)),
)
