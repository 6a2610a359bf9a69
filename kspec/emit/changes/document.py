"""A change as a document (`kspec/diff/v1`)."""

from __future__ import annotations

from kspec.diff.objects import Altered, How
from kspec.emit.changes.shown import Told, place, values
from kspec.emit.diagnostics.json import diagnostic_object
from kspec.source.diagnostic import Severity
from kspec.source.tree import Json, Object

SCHEMA = "kspec/diff/v1"


def changes_json(told: Told) -> Object:
    """Objects with their fields and effects, effects about other objects, notes and a summary."""
    difference = told.difference
    counts: Object = {how.value: difference.count(how) for how in How}
    for level in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        counts[level.value] = sum(d.level is level for d in difference.effects)
    objects: list[Json] = [_object(told, altered) for altered in difference.objects]
    elsewhere: list[Json] = [diagnostic_object(d) for d in difference.elsewhere]
    return {
        "schema": SCHEMA,
        "before": told.before,
        "after": told.after,
        "objects": objects,
        "effects": elsewhere,
        "notes": list(difference.notes),
        "summary": counts,
    }


def _object(told: Told, altered: Altered) -> Object:
    ref, span = altered.resource.ref, place(altered)
    fields: list[Json] = []
    for change in altered.fields:
        before, after = values(altered, change)
        fields.append({"path": change.name, "from": before, "to": after})
    effects: list[Json] = [diagnostic_object(d) for d in told.difference.of(altered)]
    return {
        "ref": {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name},
        "change": altered.how.value,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "changes": fields,
        "effects": effects,
    }
