"""PodSecurity: the standards that a namespace's labels ask for.

Upstream: staging/src/k8s.io/pod-security-admission/{api/helpers,admission/admission,policy/registry}.go (v1.36).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.pod_baseline import BASELINE
from kspec.api.admission.pod_restricted import RESTRICTED
from kspec.api.admission.pod_standards import Check, Finding
from kspec.api.admission.refusal import Refused, forbidden
from kspec.api.admission.refusal import invalid as refuse_invalid
from kspec.api.cause import META, Cause, invalid
from kspec.api.fields import mapping, obj, objects, text
from kspec.domain.objects import get
from kspec.domain.templates import TEMPLATES
from kspec.source.tree import Object

LEVELS = ("privileged", "baseline", "restricted")
_PREFIX = "pod-security.kubernetes.io/"
_VERSION = re.compile(r"v1\.([0-9]|[1-9][0-9]*)")
_NEWEST = 35
"""The newest version in which a check changed; later ones and `latest` are the same."""


class Standard(NamedTuple):
    """A level of a version, such as `baseline:v1.30`."""

    level: str = "privileged"
    version: str = "latest"

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"

    @property
    def strictness(self) -> int:
        return LEVELS.index(self.level)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a namespace asks for, and which of its labels cannot be understood."""

    enforce: Standard
    warn: Standard
    wrong: tuple[Cause, ...] = ()


def policy_of(labels: dict[str, str]) -> Policy:
    """The policy in a namespace's labels. Bad levels fail closed for `enforce` and open for the others."""
    wrong: list[Cause] = []
    found: dict[str, Standard] = {}
    for mode in ("enforce", "audit", "warn"):
        level, version = labels.get(_PREFIX + mode), labels.get(f"{_PREFIX}{mode}-version")
        good = level is None or level in LEVELS
        if not good:
            at = (META / "labels").key(_PREFIX + mode)
            wrong.append(invalid(at, level, f"must be one of {', '.join(LEVELS)}"))
        if version is not None and version != "latest" and not _VERSION.fullmatch(version):
            at = (META / "labels").key(f"{_PREFIX}{mode}-version")
            wrong.append(invalid(at, version, 'must be "latest" or "v1.x"'))
            version = "latest"
        closed = "restricted" if mode == "enforce" else "privileged"
        found[mode] = Standard((level or "privileged") if good else closed, version or "latest")
    enforce, warn = found["enforce"], found["warn"]
    if _PREFIX + "warn" not in labels and labels.get(_PREFIX + "enforce") in LEVELS and enforce.strictness > 0:
        versioned = f"{_PREFIX}warn-version" in labels
        warn = Standard(enforce.level, warn.version if versioned else enforce.version)
    return Policy(enforce, warn, tuple(wrong))


def violations(standard: Standard, metadata: Object, spec: Object) -> list[Finding]:
    """How a pod falls short of a standard."""
    found = (check(metadata, spec) for check in _checks(standard))
    return [finding for finding in found if finding is not None]


def _checks(standard: Standard) -> Iterator[Check]:
    if standard.level == "privileged":
        return
    match = _VERSION.fullmatch(standard.version)
    minor = min(int(match[1]), _NEWEST) if match else _NEWEST
    restricted = RESTRICTED if standard.level == "restricted" else ()
    replaced = {check.overrides for check in restricted if check.at(minor) is not None}
    for check in (*BASELINE, *restricted):
        applicable = check.at(minor) if check.id not in replaced else None
        if applicable is not None:
            yield applicable


def pod_security(attempt: Attempt) -> None:
    """The plugin."""
    if attempt.is_kind("v1", "Namespace"):
        _namespace(attempt)
        return
    pod = _pod_of(attempt)
    if pod is None:
        return
    metadata, spec = pod
    policy = policy_of(mapping(attempt.cluster.namespace(attempt.namespace), "metadata", "labels"))
    is_pod = attempt.is_kind("v1", "Pod")
    if is_pod and attempt.old is not None and not _image_changed(spec, obj(attempt.old, "spec")):
        return
    if is_pod:
        found = violations(policy.enforce, metadata, spec)
        if found:
            why = f'violates PodSecurity "{policy.enforce}": {", ".join(map(str, found))}'
            raise Refused(forbidden(attempt.kind, attempt.name, why))
    found = violations(policy.warn, metadata, spec)
    if found:
        attempt.warnings.append(f'would violate PodSecurity "{policy.warn}": {", ".join(map(str, found))}')


def _pod_of(attempt: Attempt) -> tuple[Object, Object] | None:
    """The metadata and spec of the pod that an object is, or makes."""
    manifest = attempt.manifest
    path = TEMPLATES.get(attempt.kind.kind)
    template = None if path is None else get(manifest, path)
    return (obj(template, "metadata"), obj(template, "spec")) if isinstance(template, dict) else None


def _image_changed(spec: Object, old: Object) -> bool:
    def images(of: Object) -> list[list[str]]:
        return [[text(c, "image") for c in objects(of, field)] for field in ("containers", "initContainers")]

    return images(spec) != images(old)


def _namespace(attempt: Attempt) -> None:
    policy = policy_of(mapping(attempt.manifest, "metadata", "labels"))
    before = policy_of(mapping(attempt.old, "metadata", "labels"))
    if policy.wrong and (attempt.old is None or policy.wrong != before.wrong):
        raise Refused(refuse_invalid("Namespace", "", attempt.name, policy.wrong))
    new, old = policy.enforce, before.enforce
    if attempt.old is None or new == old or new.level == "privileged":
        return
    if new.version == old.version and new.strictness <= old.strictness:
        return
    attempt.warnings += _standing_pods(attempt, new)


def _standing_pods(attempt: Attempt, standard: Standard) -> list[str]:
    pods: dict[str, list[str]] = {}
    for pod in attempt.cluster.all("Pod", attempt.name):
        found = violations(standard, obj(pod, "metadata"), obj(pod, "spec"))
        if found:
            pods.setdefault(", ".join(f.reason for f in found), []).append(text(pod, "metadata", "name"))
    if not pods:
        return []
    counts = Counter({why: len(names) for why, names in pods.items()})
    more = {1: "", 2: " (and 1 other pod)"}
    said = [
        f"{min(names)}{more.get(counts[why], f' (and {counts[why] - 1} other pods)')}: {why}"
        for why, names in pods.items()
    ]
    head = f'existing pods in namespace "{attempt.name}" violate the new PodSecurity enforce level "{standard}"'
    return [head, *sorted(said)]
