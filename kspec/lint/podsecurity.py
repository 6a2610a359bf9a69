"""The Pod Security Standards over pod templates: which container, or the pod as a whole, is at fault.

The checks are those of admission (`kspec.api.admission.pod_baseline`, `pod_restricted`), one to one.
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.pod_baseline import BASELINE
from kspec.api.admission.pod_restricted import RESTRICTED
from kspec.api.admission.pod_standards import Check, Finding
from kspec.api.fields import flag, mapping, objects
from kspec.lint.lookup import Lookup
from kspec.lint.sources import PodSource
from kspec.source.tree import Object, Path

_LEVELS = "pod-security.kubernetes.io/"
_SYSTEM = frozenset({"kube-system"})
_LATEST = 99
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def standard_check(name: str) -> Check:
    """The newest version of a check of the standards, by upstream's id."""
    found = next(v.at(_LATEST) for v in (*BASELINE, *RESTRICTED) if v.id == name)
    assert found is not None, name
    return found


def host_namespace(name: str) -> Check:
    """The check for one of `hostNetwork`, `hostPID` and `hostIPC`, which upstream makes together."""

    def check(metadata: Object, spec: Object) -> Finding | None:
        return Finding("host namespaces", f"{name}=true") if flag(spec, name) else None

    return check


def faults(pods: PodSource, check: Check) -> Iterator[tuple[Path, Finding]]:
    """The places of a pod template that fail a check: the pod spec itself, or containers."""
    metadata: Object = {"annotations": pods.annotations}
    if check(metadata, pods.raw) is None:
        return
    empty: Object = {**pods.raw, **{field: [] for field in _CONTAINERS}}
    whole = check(metadata, empty)
    if whole is not None:
        yield ("spec",), whole
    for field in _CONTAINERS:
        for i, container in enumerate(objects(pods.raw, field)):
            found = check(metadata, {**empty, field: [container]})
            if found is not None and found != whole:
                yield ("spec", field, i), found


def has_decided(design: Lookup, namespace: str) -> bool:
    """Whether a namespace states which standard holds in it, or belongs to the system."""
    if namespace in _SYSTEM:
        return True
    found = design.find("Namespace", "", namespace)
    return found is not None and any(k.startswith(_LEVELS) for k in mapping(found.manifest, "metadata", "labels"))
