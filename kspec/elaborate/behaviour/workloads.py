"""Workloads, their revisions and their pods' local states, built from a design's objects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kspec.domain.expansion import PodSet as Expansion
from kspec.domain.objects import Resource, get
from kspec.domain.pod import PodTemplate
from kspec.domain.workloads import Job, StatefulSet
from kspec.elaborate.behaviour.things import Cause, Revision, Template, Workload
from kspec.source.tree import Json

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""The characters of generated names (upstream `k8s.io/apimachinery/pkg/util/rand`)."""


def make_workload(expansion: Expansion, id: str, order: int, most: int, causes: Sequence[Cause]) -> Workload:
    """A workload with one revision for what the design says and one for each disturbance that changes its template."""
    resource = expansion.resource
    largest = max(most, expansion.replicas.count + len(expansion.running))
    workload = Workload(
        resource.kind, expansion.namespace, resource.name, id, resource, order, _ordinals(resource, largest), largest
    )
    for number, cause in enumerate((None, *causes), start=1):
        workload.revisions.append(_revision(workload, expansion, number, cause))
    return workload


def _ordinals(resource: Resource, most: int) -> tuple[int | None, ...]:
    match resource.view:
        case StatefulSet(spec=spec):
            return tuple(range(spec.ordinals.start, spec.ordinals.start + most))
        case Job(spec=spec) if spec.completion_mode == "Indexed" and spec.completions is not None:
            return tuple(range(spec.completions))
        case _:
            return (None,)


def _revision(workload: Workload, expansion: Expansion, number: int, cause: Cause | None) -> Revision:
    hashed = template_hash(get(workload.resource.manifest, expansion.template_at), number)
    template = expansion.template
    if cause is not None and cause.images:
        template = _with_images(template, dict(cause.images))
    match workload.kind:
        case "Deployment":
            more: Mapping[str, str] = {"pod-template-hash": hashed}
            return Revision(
                "ReplicaSet",
                workload,
                number,
                f"{workload.name}-{hashed}",
                Template.of(template, workload.namespace, more),
                cause,
            )
        case "StatefulSet" | "DaemonSet":
            more = {"controller-revision-hash": hashed}
            kind, name = "ControllerRevision", f"{workload.name}-{hashed}"
        case _:
            more, kind, name = {}, workload.kind, workload.name
    return Revision(kind, workload, number, name, Template.of(template, workload.namespace, more), cause)


def _with_images(template: PodTemplate, images: Mapping[str, str]) -> PodTemplate:
    containers = tuple(
        c.model_copy(update={"image": images[c.name]}) if c.name in images else c for c in template.spec.containers
    )
    return template.model_copy(update={"spec": template.spec.model_copy(update={"containers": containers})})


def template_hash(template: Json, number: int) -> str:
    """A short name for the content of a pod template: stable from run to run, different for every revision.

    FNV-1a over canonical JSON, written with upstream's alphabet; upstream hashes Go's rendering of the structure, so
    the letters differ from a real cluster's.
    """
    text = json.dumps(template, sort_keys=True, separators=(",", ":")) + f"#{number}"
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return "".join(_ALPHABET[int(digit) % len(_ALPHABET)] for digit in str(value))
