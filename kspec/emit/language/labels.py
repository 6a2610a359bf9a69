"""Labels of workloads: which ones have to be written, and where, so that what kspec generates completes them."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.api.schema import ObjectSchema
from kspec.domain.objects import get
from kspec.elaborate.labels import NAME_LABEL
from kspec.elaborate.objects.flat import template_path
from kspec.emit.language.selectors import Labels, labels_of, only_labels
from kspec.source.tree import Json, Object, Path

_UNSELECTED = ("Job", "CronJob", "Pod", "PodTemplate")


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What is written of a workload's labels. A value of None takes a generated label away.

    `shared` are labels of object and pods (`labels`), `own` those of the object alone, `pods` those of its pods alone.
    """

    shared: Object
    own: Object
    pods: Object
    selector: bool
    """Whether the selector is written; if not, kspec generates it from the name."""
    selects: Labels
    """The labels that the workload's pods are known by; empty where its selector asks for something else."""


def with_selector(manifest: Object) -> Object:
    """A ReplicationController without a selector selects by the labels of its pods: then it says so."""
    spec = manifest.get("spec")
    if manifest.get("kind") != "ReplicationController" or not isinstance(spec, dict) or "selector" in spec:
        return manifest
    pods = get(spec, ("template", "metadata", "labels"))
    return manifest | {"spec": {"selector": pods if isinstance(pods, dict) else {}, **spec}}


def plan(manifest: Object, schema: ObjectSchema, name: str) -> LabelPlan | None:
    """The labels to write of an object that makes pods, or is one; None for any other."""
    kind, template = manifest.get("kind"), template_path(schema)
    if template is None and kind != "Pod":
        return None
    mine, theirs = _map(get(manifest, ("metadata", "labels"))), {}
    if template is not None:
        theirs = _map(get(manifest, (*template, "metadata", "labels")))
    selector = get(manifest, ("spec", "selector"))
    default = {NAME_LABEL: name}
    if kind in _UNSELECTED:
        given, pods_given, written, selects = default, default if template else {}, False, _pods_of(kind, mine)
    else:
        selects = labels_of(selector) if kind == "ReplicationController" else only_labels(selector) or {}
        written = selects != default
        given = {} if written else default
        pods_given = labels_of(selector) if kind == "ReplicationController" else _labels_in(selector)
    own, pods = _wanted(mine, given), _wanted(theirs, pods_given)
    left, right = (mine, theirs) if written else (own, pods)
    shared = {k: v for k, v in left.items() if k in right and right[k] == v}
    return LabelPlan(
        shared,
        {k: v for k, v in own.items() if k not in shared},
        {k: v for k, v in pods.items() if k not in shared},
        written,
        selects,
    )


def _pods_of(kind: Json, mine: Object) -> Labels:
    return labels_of(mine) if kind == "Pod" else {}


def _labels_in(selector: Json) -> Labels:
    return labels_of(selector.get("matchLabels")) if isinstance(selector, dict) else {}


def _map(value: Json) -> Object:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else {}


def _wanted(labels: Object, given: Labels) -> Object:
    """The labels to write where `given` are there already: those that differ, and None for those that must go."""
    written = {k: v for k, v in labels.items() if given.get(k) != v}
    return written | {k: None for k in given if k not in labels}


def places(plan: LabelPlan, template: Path | None) -> list[tuple[str, Path, Object]]:
    """The fields to write: the word of each, the path it stands for, its labels."""
    mine: Path = ("metadata", "labels")
    fields = [("labels", mine, plan.shared), ("metadata.labels" if template else "labels", mine, plan.own)]
    if template is not None:
        word = ".".join(str(p) for p in template[1:]) or "template"
        fields.append((f"{word}.metadata.labels", (*template, "metadata", "labels"), plan.pods))
    return [(word, path, labels) for word, path, labels in fields if labels]


def gone(plan: LabelPlan, path: Path) -> list[str]:
    """The generated labels that are to be taken away at `metadata.labels`, or at those of the pods."""
    own = plan.own if path == ("metadata", "labels") else plan.pods
    return [key for key, value in (plan.shared | own).items() if value is None]
