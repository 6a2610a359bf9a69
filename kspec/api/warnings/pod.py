"""Warnings about pods and pod templates.

Upstream: pkg/api/pod/warnings.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.amounts import amounts
from kspec.api.cause import FieldPath
from kspec.api.fields import integer, mapping, maybe, obj, objects, text, texts
from kspec.api.validation.annotations import APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD
from kspec.api.validation.ip import ip_warnings
from kspec.api.warnings.paths import overlapping_paths
from kspec.api.warnings.ports import Placed, port_warnings
from kspec.api.warnings.words import NODE_LABELS, claim_spec, fractions, node_selector_term, old_node_label
from kspec.source.tree import Object

_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "ephemeral": "",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_SAID_AS = {"storageos": "storageOS"}
_BYTES = ("memory", "ephemeral-storage")
_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_NO_SELECTOR = "a null labelSelector results in matching no pod"
_REQUIRED, _PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


def pod_warnings(root: FieldPath, pod: Object, *, template: bool) -> Iterator[str]:
    """Warnings about a pod at `root`, or a pod template there."""
    at, spec = root / "spec", obj(pod, "spec")
    annotations = mapping(pod, "metadata", "annotations")
    notes = root / "metadata" / "annotations"
    yield from _placement(at, spec)
    for key, words in _ANNOTATIONS.items():
        if key in annotations:
            yield f"{notes.key(key)}: {words}"
    yield from _volumes(at / "volumes", objects(spec, "volumes"))
    yield from overlapping_paths(objects(spec, "volumes"))
    yield from _repeated(at / "hostAliases", objects(spec, "hostAliases"), "ip")
    yield from _repeated(at / "imagePullSecrets", objects(spec, "imagePullSecrets"), "name")
    for i, secret in enumerate(objects(spec, "imagePullSecrets")):
        if not text(secret, "name"):
            yield f'{(at / "imagePullSecrets").item(i) / "name"}: invalid empty name ""'
    yield from fractions(at / "overhead", amounts(spec, "overhead"), _BYTES)
    context = obj(spec, "securityContext")
    if maybe(context, "seccompProfile") is None and SECCOMP_POD in annotations:
        yield f"{notes.key(SECCOMP_POD)}: {_SECCOMP}"
    containers = _containers(at, spec)
    for here, container in containers:
        yield from _profiles(notes, container, context, annotations, template)
        yield from _container(here, container)
    yield from port_warnings(containers)
    if integer(spec, "terminationGracePeriodSeconds") < 0:
        words = "must be >= 0; negative values are invalid and will be treated as 1"
        yield f"{at / 'terminationGracePeriodSeconds'}: {words}"
    yield from _affinity(at / "affinity", obj(spec, "affinity"))
    for i, server in enumerate(texts(spec, "dnsConfig", "nameservers")):
        yield from ip_warnings((at / "dnsConfig.nameservers").item(i), server)
    for i, alias in enumerate(objects(spec, "hostAliases")):
        yield from ip_warnings((at / "hostAliases").item(i) / "ip", text(alias, "ip"))


def _containers(at: FieldPath, spec: Object) -> Placed:
    fields = ("initContainers", "containers", "ephemeralContainers")
    return [((at / f).item(i), c) for f in fields for i, c in enumerate(objects(spec, f))]


def _placement(at: FieldPath, spec: Object) -> Iterator[str]:
    for label in sorted(mapping(spec, "nodeSelector")):
        if label in NODE_LABELS:
            yield f"{(at / 'nodeSelector').key(label)}: {NODE_LABELS[label]}"
    affinity, here = obj(spec, "affinity", "nodeAffinity"), at / "affinity.nodeAffinity"
    for i, term in enumerate(objects(affinity, _REQUIRED, "nodeSelectorTerms")):
        place = (here / _REQUIRED / "nodeSelectorTerms").item(i)
        yield from node_selector_term(place, term, check_values=False)
    for i, weighted in enumerate(objects(affinity, _PREFERRED)):
        place = (here / _PREFERRED).item(i) / "preference"
        yield from node_selector_term(place, obj(weighted, "preference"), check_values=True)
    for i, constraint in enumerate(objects(spec, "topologySpreadConstraints")):
        place = (at / "topologySpreadConstraints").item(i)
        yield from old_node_label(place / "topologyKey", text(constraint, "topologyKey"))
        if maybe(constraint, "labelSelector") is None:
            yield f"{place / 'labelSelector'}: {_NO_SELECTOR}"


def _volumes(at: FieldPath, volumes: list[Object]) -> Iterator[str]:
    for i, volume in enumerate(volumes):
        for kind, words in _VOLUMES.items():
            source = maybe(volume, kind)
            if source is None:
                continue
            if words:
                yield f"{at.item(i) / _SAID_AS.get(kind, kind)}: {words}"
            else:
                place = at.item(i) / "ephemeral.volumeClaimTemplate.spec"
                yield from claim_spec(place, obj(source, "volumeClaimTemplate", "spec"))


def _repeated(at: FieldPath, items: list[Object], field: str) -> Iterator[str]:
    seen: set[str] = set()
    for i, item in enumerate(items):
        value = text(item, field)
        if value in seen:
            yield f'{at.item(i) / field}: duplicate {field} "{value}"'
        seen.add(value)


def _profiles(
    notes: FieldPath, container: Object, pod: Object, annotations: dict[str, str], template: bool
) -> Iterator[str]:
    context, name = obj(container, "securityContext"), text(container, "name")
    if maybe(context, "seccompProfile") is None and SECCOMP_CONTAINER + name in annotations:
        yield f"{notes.key(SECCOMP_CONTAINER + name)}: {_SECCOMP}"
    key = APP_ARMOR + name
    unset = all(maybe(c, "appArmorProfile") is None for c in (context, pod))
    if template and key in annotations and unset:
        yield f'{notes.key(key)}: deprecated since v1.30; use the "appArmorProfile" field instead'


def _container(at: FieldPath, container: Object) -> Iterator[str]:
    for name in _BYTES:
        for field in ("limits", "requests"):
            yield from fractions(at / "resources" / field, amounts(container, "resources", field), (name,))
    seen: set[str] = set()
    for i, variable in enumerate(objects(container, "env")):
        name, value = text(variable, "name"), text(variable, "value")
        reference = f"$({name})"
        extends = reference in value and value != reference and maybe(variable, "valueFrom") is None
        if name in seen and not extends:
            words = "which may be dropped when using apply"
            yield f'{(at / "env").item(i)}: hides previous definition of "{name}", {words}'
        seen.add(name)


def _affinity(at: FieldPath, affinity: Object) -> Iterator[str]:
    for name in ("podAffinity", "podAntiAffinity"):
        terms = obj(affinity, name)
        for i, term in enumerate(objects(terms, _REQUIRED)):
            if maybe(term, "labelSelector") is None:
                yield f"{(at / name / _REQUIRED).item(i) / 'labelSelector'}: {_NO_SELECTOR}"
        for i, term in enumerate(objects(terms, _PREFERRED)):
            if maybe(obj(term, "podAffinityTerm"), "labelSelector") is None:
                yield f"{(at / name / _PREFERRED).item(i) / 'podAffinityTerm.labelSelector'}: {_NO_SELECTOR}"
