"""What may change in a Pod.

Upstream: pkg/apis/core/validation/validation.go, ValidatePodUpdate, ValidatePodSpecificAnnotationUpdates (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from kspec.api.cause import META, SPEC, Cause, FieldPath, forbidden, invalid, required
from kspec.api.equality import differ
from kspec.api.fields import integer, mapping, maybe, number, obj, objects, text
from kspec.api.validation.annotations import APP_ARMOR, MIRROR, check_pod_annotations
from kspec.api.validation.images import untrimmed_image
from kspec.api.validation.internal import difference, internal, internal_list
from kspec.api.validation.meta import check_meta_update
from kspec.api.validation.names import between
from kspec.api.validation.pod import check_pod_body
from kspec.api.validation.scheduling import check_tolerations
from kspec.source.tree import Json, Object

_UPDATABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
    " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
    " previously negative)"
)
_CONTAINERS = ("containers", "initContainers")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def check_pod_update(manifest: Object, old: Object) -> Iterator[Cause]:
    """A Pod that replaces `old`."""
    yield from check_meta_update(manifest, old)
    yield from check_pod_body(manifest)
    yield from _annotations(manifest, old)
    spec, before = obj(manifest, "spec"), obj(old, "spec")
    for field in _CONTAINERS:
        containers = objects(spec, field)
        if len(containers) != len(objects(before, field)):
            yield forbidden(SPEC / field, "pod updates may not add or remove containers")
            return
        for i, container in enumerate(containers):
            here = (SPEC / field).item(i)
            if not text(container, "image"):
                yield required(here / "image")
            yield from untrimmed_image(here, container)
    at, deadline, was = (
        SPEC / "activeDeadlineSeconds",
        number(spec, "activeDeadlineSeconds"),
        number(before, "activeDeadlineSeconds"),
    )
    if deadline is not None and not 0 <= deadline < 1 << 31:
        yield invalid(at, deadline, between(0, 2**31 - 1))
        return
    if deadline is not None and was is not None and was < deadline:
        yield invalid(at, deadline, "must be less than or equal to previous value")
        return
    if deadline is None and was is not None:
        yield invalid(at, None, "must not update from a positive integer to nil value")
    yield from _tolerations(spec, before)
    yield from _gates(spec, before)
    yield from _nothing_else(spec, before)


def _annotations(manifest: Object, old: Object) -> Iterator[Cause]:
    at = META / "annotations"
    new, before = (mapping(m, "metadata", "annotations") for m in (manifest, old))
    for key in sorted(before):
        if new.get(key) != before[key]:
            yield from _fixed_annotation(at.key(key), key, "remove or update")
    for key in sorted(set(new) - set(before)):
        yield from _fixed_annotation(at.key(key), key, "add")
    yield from check_pod_annotations(at, new, obj(manifest, "spec"))


def _fixed_annotation(at: FieldPath, key: str, doing: str) -> Iterator[Cause]:
    if key.startswith(APP_ARMOR):
        yield forbidden(at, f"may not {doing} AppArmor annotations")
    if key == MIRROR:
        yield forbidden(at, f"may not {doing} mirror pod annotation")


def _tolerations(spec: Object, before: Object) -> Iterator[Cause]:
    def bare(toleration: Object) -> Object:
        return {k: v for k, v in toleration.items() if k != "tolerationSeconds" and v}

    new = objects(spec, "tolerations")
    present = [bare(t) for t in new]
    if not all(bare(t) in present for t in objects(before, "tolerations")):
        yield forbidden(SPEC / "tolerations", "existing toleration can not be modified except its tolerationSeconds")
        return
    yield from check_tolerations(SPEC / "tolerations", new)


def _gates(spec: Object, before: Object) -> Iterator[Cause]:
    known = {text(g, "name") for g in objects(before, "schedulingGates")}
    for i, gate in enumerate(objects(spec, "schedulingGates")):
        name = text(gate, "name")
        if name not in known:
            here = (SPEC / "schedulingGates").item(i) / "name"
            yield forbidden(here, f"only deletion is allowed, but found new scheduling gate '{name}'")


def _nothing_else(spec: Object, before: Object) -> Iterator[Cause]:
    """Set back what may change; what differs then may not."""
    if not differ("core/v1.PodSpec", spec, before):
        return
    munged = deepcopy(spec)
    for field in _CONTAINERS:
        for container, was in zip(objects(munged, field), objects(before, field), strict=True):
            container["image"] = text(was, "image")
    for field in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _set_back(munged, before, field)
    if integer(before, "terminationGracePeriodSeconds") < 0 and number(munged, "terminationGracePeriodSeconds") == 1:
        _set_back(munged, before, "terminationGracePeriodSeconds")
    if objects(before, "schedulingGates"):
        yield from _node_selector(munged, before)
        yield from _node_affinity(munged, before)
    if differ("core/v1.PodSpec", munged, before):
        words = f"pod updates may not change fields other than {_UPDATABLE}"
        yield forbidden(SPEC, f"{words}\n{difference('core.PodSpec', before, munged)}")


def _set_back(munged: Object, before: Object, field: str) -> None:
    if before.get(field) is None:
        munged.pop(field, None)
    else:
        munged[field] = deepcopy(before[field])


def _node_selector(munged: Object, before: Object) -> Iterator[Cause]:
    """A pod that is gated may be narrowed to fewer nodes."""
    new, old = mapping(munged, "nodeSelector"), mapping(before, "nodeSelector")
    if not old.items() <= new.items():
        words = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        yield invalid(SPEC / "nodeSelector", dict(new) or None, words)
    _set_back(munged, before, "nodeSelector")


def _node_affinity(munged: Object, before: Object) -> Iterator[Cause]:
    new, old = obj(munged, "affinity", "nodeAffinity"), obj(before, "affinity", "nodeAffinity")
    if new == old:
        return
    terms, old_terms = objects(new, _REQUIRED, "nodeSelectorTerms"), objects(old, _REQUIRED, "nodeSelectorTerms")
    at = SPEC / "affinity.nodeAffinity" / _REQUIRED / "nodeSelectorTerms"
    if old_terms and len(terms) != len(old_terms):
        words = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        yield invalid(at, internal_list("core.NodeSelectorTerm", terms), words)
    else:
        for i, (now, was) in enumerate(zip(terms, old_terms, strict=False)):
            if not _only_adds(now, was):
                words = "only additions are allowed (no mutations or deletions)"
                yield invalid(at.item(i), internal("core.NodeSelectorTerm", now), words)
    affinity = maybe(munged, "affinity")
    if affinity is None:
        if old:
            munged["affinity"] = {"nodeAffinity": deepcopy(old)}
    elif maybe(before, "affinity") is None and not affinity.get("podAffinity") and not affinity.get("podAntiAffinity"):
        munged.pop("affinity")
    else:
        _set_back(affinity, obj(before, "affinity"), "nodeAffinity")


def _only_adds(term: Object, was: Object) -> bool:
    def begins(name: str) -> bool:
        new, old = list[Json](objects(term, name)), list[Json](objects(was, name))
        return new[: len(old)] == old

    empty = not objects(was, "matchExpressions") and not objects(was, "matchFields")
    if empty and (objects(term, "matchExpressions") or objects(term, "matchFields")):
        return False
    return begins("matchExpressions") and begins("matchFields")
