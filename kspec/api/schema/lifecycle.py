"""When kinds come and go: which apiVersions the target version serves, and what to use instead.

The versions whose schemas are shipped tell most of it; what was removed before them, and what is off by default, is
written down here after the Deprecated API Migration Guide and `pkg/controlplane/instance.go` (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from kspec.api.schema.catalogue import KindName, minor, supported_versions
from kspec.api.schema.packed import read_kinds


class Standing(Enum):
    """How an API server of the target version, with its default configuration, stands to a kind."""

    SERVED = "served"
    DEPRECATED = "deprecated"
    OPT_IN = "served only where the cluster turns it on"
    REMOVED = "removed"
    NOT_YET = "not yet there"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A kind in the target version. Versions are like `1.25`; `successor` is the apiVersion to use instead."""

    standing: Standing
    added: str | None = None
    deprecated: str | None = None
    removed: str | None = None
    successor: str | None = None
    successor_kind: str | None = None


_GONE: tuple[tuple[str, str, str, str], ...] = (
    ("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", "1.16", "apps/v1"),
    ("extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"),
    ("extensions/v1beta1", "PodSecurityPolicy", "1.16", ""),
    ("extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"),
    ("apps/v1beta1", "ControllerRevision Deployment StatefulSet", "1.16", "apps/v1"),
    ("apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", "1.16", "apps/v1"),
    ("batch/v2alpha1", "CronJob", "1.21", "batch/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
        "1.22",
        "admissionregistration.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.22", "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", "APIService", "1.22", "apiregistration.k8s.io/v1"),
    ("authentication.k8s.io/v1beta1", "TokenReview", "1.22", "authentication.k8s.io/v1"),
    (
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
        "1.22",
        "authorization.k8s.io/v1",
    ),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "1.22", "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", "Lease", "1.22", "coordination.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", "Ingress IngressClass", "1.22", "networking.k8s.io/v1"),
    (
        "rbac.authorization.k8s.io/v1alpha1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        "1.23",
        "rbac.authorization.k8s.io/v1",
    ),
    (
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        "1.22",
        "rbac.authorization.k8s.io/v1",
    ),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", "1.22", "scheduling.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", "1.22", "storage.k8s.io/v1"),
    ("batch/v1beta1", "CronJob", "1.25", "batch/v1"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", "1.25", "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", "Event", "1.25", "events.k8s.io/v1"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.25", "autoscaling/v2"),
    ("policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"),
    ("policy/v1beta1", "PodSecurityPolicy", "1.25", ""),
    ("node.k8s.io/v1beta1", "RuntimeClass", "1.25", "node.k8s.io/v1"),
)
"""Removed before or in the oldest shipped version: apiVersion, kinds, removed in, successor."""

_DEPRECATED: Mapping[KindName, tuple[str, str, str]] = {
    ("v1", "ComponentStatus"): ("1.19", "", ""),
    ("v1", "Endpoints"): ("1.33", "discovery.k8s.io/v1", "EndpointSlice"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): ("1.23", "autoscaling/v2", ""),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema"): ("1.23", "flowcontrol.apiserver.k8s.io/v1", ""),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration"): (
        "1.23",
        "flowcontrol.apiserver.k8s.io/v1",
        "",
    ),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema"): ("1.26", "flowcontrol.apiserver.k8s.io/v1", ""),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration"): (
        "1.26",
        "flowcontrol.apiserver.k8s.io/v1",
        "",
    ),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"): ("1.29", "flowcontrol.apiserver.k8s.io/v1", ""),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration"): (
        "1.29",
        "flowcontrol.apiserver.k8s.io/v1",
        "",
    ),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity"): ("1.24", "storage.k8s.io/v1", ""),
}
"""Deprecated while still served by default: since when, and the apiVersion and kind to use instead."""

_BETA_BY_DEFAULT = frozenset(_DEPRECATED)
"""The beta kinds that are on by default: those from before 1.24, when new beta APIs began to be off."""


@cache
def _gone() -> Mapping[KindName, Lifecycle]:
    return {
        (api_version, kind): Lifecycle(Standing.REMOVED, removed=removed, successor=successor or None)
        for api_version, kinds, removed, successor in _GONE
        for kind in kinds.split()
    }


@lru_cache(maxsize=512)
def lifecycle(api_version: str, kind: str, version: str) -> Lifecycle:
    """How a kind stands in `version`, one of the shipped versions."""
    known = read_kinds().get((api_version, kind))
    if known is None:
        return _gone().get((api_version, kind), Lifecycle(Standing.UNKNOWN))
    here = minor(version)
    first, last = minor(known[0]), minor(known[-1])
    added = known[0] if known[0] != supported_versions()[0] else None
    removed = f"1.{last + 1}" if known[-1] != supported_versions()[-1] else None
    since, successor, successor_kind = _DEPRECATED.get((api_version, kind), (None, "", ""))
    if version not in read_kinds().get((successor, successor_kind or kind), ()):
        successor, successor_kind = "", ""
    standing = Standing.SERVED
    if here < first:
        standing = Standing.NOT_YET
    elif here > last:
        standing = Standing.REMOVED
    elif _stability(api_version) and (api_version, kind) not in _BETA_BY_DEFAULT:
        standing = Standing.OPT_IN
    elif since is not None and here >= minor(since):
        standing = Standing.DEPRECATED
    return Lifecycle(
        standing,
        added=added,
        deprecated=since,
        removed=removed,
        successor=successor or successor_of(api_version, kind, version),
        successor_kind=successor_kind or None,
    )


def successor_of(api_version: str, kind: str, version: str) -> str | None:
    """The newest stable apiVersion of the same group that has the kind in `version`, other than `api_version`."""
    group = group_of(api_version)
    rivals = [
        other
        for (other, named), versions in read_kinds().items()
        if named == kind and group_of(other) == group and other != api_version and version in versions
        if not _stability(other)
    ]
    return max(rivals, key=_rank) if rivals else None


def homes_of(kind: str, version: str) -> list[str]:
    """The apiVersions of any group that have a kind in `version`, most stable first."""
    found = [api for (api, named), versions in read_kinds().items() if named == kind and version in versions]
    return sorted(found, key=lambda api: (tuple(-r for r in _rank(api)), api))


@cache
def builtin_groups() -> frozenset[str]:
    """The API groups that are Kubernetes' own, past and present; the core group is the empty text."""
    return frozenset(group_of(api) for api, _ in (*read_kinds(), *_gone()))


def builtin_kinds(version: str) -> Iterable[KindName]:
    """All built-in kinds of a version."""
    return (name for name, versions in read_kinds().items() if version in versions)


def group_of(api_version: str) -> str:
    """`apps` for `apps/v1`, the empty text for `v1`."""
    return api_version.rpartition("/")[0]


def _stability(api_version: str) -> str:
    """`alpha`, `beta`, or the empty text for a stable version."""
    match = re.search(r"v\d+(alpha|beta)\d+$", api_version)
    return match[1] if match else ""


def _rank(api_version: str) -> tuple[int, int, int]:
    """Larger is more stable, then newer."""
    match = re.search(r"v(\d+)(?:(alpha|beta)(\d+))?$", api_version)
    if match is None:
        return (-1, 0, 0)
    return ({"alpha": 0, "beta": 1}.get(match[2] or "", 2), int(match[1]), int(match[3] or 0))
