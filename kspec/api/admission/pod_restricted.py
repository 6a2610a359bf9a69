"""The checks that the restricted standard adds to the baseline.

Upstream: staging/src/k8s.io/pod-security-admission/policy/check_*.go (v1.36).
"""

from __future__ import annotations

from kspec.api.admission.pod_baseline import proc_mount, seccomp
from kspec.api.admission.pod_standards import (
    Check,
    Finding,
    Versioned,
    containers,
    context,
    in_user_namespace,
    names_where,
    on_windows,
    plural,
    quote,
    setters,
)
from kspec.api.fields import flag, maybe, number, objects, text, texts
from kspec.api.words import words
from kspec.source.tree import Object

_ALLOWED_VOLUMES = frozenset(
    words("configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret")
)
_OTHER_VOLUMES = words(
    "hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs"
    " flocker fc azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos"
)


def _not_on_windows(check: Check) -> Check:
    return lambda metadata, spec: None if on_windows(spec) else check(metadata, spec)


def _not_in_user_namespace(check: Check) -> Check:
    return lambda metadata, spec: None if in_user_namespace(spec) else check(metadata, spec)


def _escalation(metadata: Object, spec: Object) -> Finding | None:
    names = names_where(spec, lambda c: flag(context(c), "allowPrivilegeEscalation") is not False)
    if not names:
        return None
    words = f"{containers(names)} must set securityContext.allowPrivilegeEscalation=false"
    return Finding("allowPrivilegeEscalation != false", words)


def _capabilities(metadata: Object, spec: Object) -> Finding | None:
    added: set[str] = set()

    def adds(container: Object) -> bool:
        extra = set(texts(context(container), "capabilities", "add")) - {"NET_BIND_SERVICE"}
        added.update(extra)
        return bool(extra)

    keeping = names_where(spec, lambda c: "ALL" not in texts(context(c), "capabilities", "drop"))
    adding = names_where(spec, adds)
    details = []
    if keeping:
        details.append(f'{containers(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        what = f"must not include {quote(sorted(added))} in securityContext.capabilities.add"
        details.append(f"{containers(adding)} {what}")
    return Finding("unrestricted capabilities", "; ".join(details)) if details else None


def _volumes(metadata: Object, spec: Object) -> Finding | None:
    names, kinds = [], set()
    for volume in objects(spec, "volumes"):
        given = {name for name in volume if maybe(volume, name) is not None}
        if given & _ALLOWED_VOLUMES:
            continue
        names.append(text(volume, "name"))
        kinds.add(next((kind for kind in _OTHER_VOLUMES if kind in given), "unknown"))
    if not names:
        return None
    use, word = (
        plural("uses", "use", len(names)),
        plural("restricted volume type", "restricted volume types", len(kinds)),
    )
    who = f"{plural('volume', 'volumes', len(names))} {quote(names)}"
    return Finding("restricted volume types", f"{who} {use} {word} {quote(sorted(kinds))}")


def _non_root(metadata: Object, spec: Object) -> Finding | None:
    pod = flag(context(spec), "runAsNonRoot")
    explicit = names_where(spec, lambda c: flag(context(c), "runAsNonRoot") is False)
    who = setters(pod is False, explicit)
    if who:
        return Finding("runAsNonRoot != true", f"{who} must not set securityContext.runAsNonRoot=false")
    implicit = [] if pod else names_where(spec, lambda c: flag(context(c), "runAsNonRoot") is None)
    if not implicit:
        return None
    return Finding("runAsNonRoot != true", f"pod or {containers(implicit)} must set securityContext.runAsNonRoot=true")


def _user(metadata: Object, spec: Object) -> Finding | None:
    def root(owner: Object) -> bool:
        return number(context(owner), "runAsUser") == 0

    who = setters(root(spec), names_where(spec, root))
    return Finding("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def _seccomp(metadata: Object, spec: Object) -> Finding | None:
    wrong = seccomp(metadata, spec)
    if wrong is not None:
        return wrong
    if maybe(context(spec), "seccompProfile") is not None:
        return None
    names = names_where(spec, lambda c: maybe(context(c), "seccompProfile") is None)
    if not names:
        return None
    words = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Finding("seccompProfile", f"pod or {containers(names)} {words}")


RESTRICTED: tuple[Versioned, ...] = (
    Versioned("allowPrivilegeEscalation", ((8, _escalation), (25, _not_on_windows(_escalation)))),
    Versioned(
        "capabilities_restricted",
        ((22, _capabilities), (25, _not_on_windows(_capabilities))),
        "capabilities_baseline",
    ),
    Versioned("procMount_restricted", ((35, proc_mount),), "procMount"),
    Versioned("restrictedVolumes", ((0, _volumes),), "hostPathVolumes"),
    Versioned("runAsNonRoot", ((0, _non_root), (35, _not_in_user_namespace(_non_root)))),
    Versioned("runAsUser", ((23, _user), (35, _not_in_user_namespace(_user)))),
    Versioned(
        "seccompProfile_restricted", ((19, _seccomp), (25, _not_on_windows(_seccomp))), "seccompProfile_baseline"
    ),
)
