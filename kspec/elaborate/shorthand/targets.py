"""`target: web`: the workload whose pods something is about; written when all objects are known."""

from __future__ import annotations

from kspec.elaborate.evaluate.values import ObjectName, Text, Word
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Forms
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import refuse

STRUCTS = ("ServiceSpec", "PodDisruptionBudgetSpec", "NetworkPolicySpec", "HorizontalPodAutoscalerSpec")


def _target(writer: Writer, place: Place, entry: Entry) -> bool:
    match entry.value:
        case Text() | Word() | ObjectName() if entry.label is None:
            place.draft.target = entry.value
        case _:
            refuse(writer, place, entry, "a workload: `target: web` or `target: deployment/web`")
    return True


FORMS: Forms = {(struct, "target"): _target for struct in STRUCTS}
