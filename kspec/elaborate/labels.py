"""Labels by which workloads find their pods, and others find them: written once, from the workload's name."""

from __future__ import annotations

from kspec.api.schema import MapSchema, ObjectSchema
from kspec.domain.objects import get
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.flat import template_path
from kspec.elaborate.objects.slots import Slot, to_json
from kspec.elaborate.world import Entity
from kspec.source.tree import Json, Object

NAME_LABEL = "app.kubernetes.io/name"
Labels = dict[str, str]
_UNSELECTED = ("Job", "CronJob")


def own_selector(draft: Draft) -> Object:
    """The label selector of an object's own pods."""
    written = _written_selector(draft)
    if written is not None and written.at("matchExpressions") is not None:
        shown = to_json(written, lambda _: None)
        return shown if isinstance(shown, dict) else {}
    return {"matchLabels": dict(selector_labels(draft))}


def label(draft: Draft) -> None:
    """A workload's name is the label by which it finds its pods, unless a selector is written."""
    template, schema = draft.template, draft.kind.schema
    if schema is None or (template is None and draft.kind.kind != "Pod"):
        return
    path = _selector_path(draft)
    if path is None or _written_selector(draft) is None:
        draft.root.open_path(("metadata", "labels", NAME_LABEL)).generate(draft.name, draft.span)
        if path is not None:
            draft.root.open_path((*path, NAME_LABEL)).generate(draft.name, draft.span)
    if template is not None:
        for key, value in selector_labels(draft).items():
            draft.root.open_path((*template, "metadata", "labels", key)).generate(value, draft.span)


def _selector_path(draft: Draft) -> tuple[str, ...] | None:
    """Where a workload's selector has its labels; None where it has no selector of its own."""
    spec = draft.kind.schema.fields.get("spec") if draft.kind.schema is not None else None
    selector = spec.fields.get("selector") if isinstance(spec, ObjectSchema) else None
    if selector is None or draft.template is None or draft.kind.kind in _UNSELECTED:
        return None
    return ("spec", "selector") if isinstance(selector, MapSchema) else ("spec", "selector", "matchLabels")


def _written_selector(entity: Entity) -> Slot | None:
    """The selector that somebody wrote."""
    written = entity.root.at("spec", "selector") if isinstance(entity, Draft) else None
    if written is None or not written.present or entity.kind.kind in _UNSELECTED:
        return None
    return written


def selector_labels(entity: Entity) -> Labels:
    """The labels that select a workload's pods."""
    if isinstance(entity, Draft):
        written = (_texts(entity.root.at(*path)) for path in _paths(entity))
        own = {} if entity.adopted is not None or _written_selector(entity) else {NAME_LABEL: entity.name}
    else:
        written = (_plain(get(entity.resource.manifest, path)) for path in _paths(entity))
        own = {}
    return next((labels for labels in written if labels), own)


def _paths(entity: Entity) -> list[tuple[str, ...]]:
    """Where the labels stand by which a workload's pods are known: its selector, or else those of its template.

    Jobs select their pods by labels of their own making, so their template's labels are what others can use.
    """
    kind, schema = entity.kind.kind, entity.kind.schema
    template = template_path(schema) if schema is not None else None
    if template is None:
        return [("metadata", "labels")]
    if kind in _UNSELECTED:
        own_kspec = isinstance(entity, Draft) and entity.adopted is None
        return [] if own_kspec else [(*template, "metadata", "labels")]
    selector = ("spec", "selector") if kind == "ReplicationController" else ("spec", "selector", "matchLabels")
    return [selector] if isinstance(entity, Draft) else [selector, (*template, "metadata", "labels")]


def _texts(slot: Slot | None) -> Labels:
    fields = slot.fields if slot is not None else None
    return {k: s.value for k, s in (fields or {}).items() if s.present and isinstance(s.value, str)}


def _plain(value: Json) -> Labels:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}
