"""The fate of a placement as JSON: the field `survive` of the contract `kspec/place/v1`."""

from __future__ import annotations

from kspec.place.report import certificate_json, repair_json, requirement_json
from kspec.place.survive.answer import Failure, Survival
from kspec.source.tree import Json, Object


def survival_json(survival: Survival) -> Object:
    """What was lost, what became of it, and what was assumed."""
    assumptions: list[Json] = list(survival.assumptions)
    undecided: list[Json] = list(survival.undecided)
    return {
        "loss": survival.loss,
        "verdict": survival.fate.value,
        "ways": survival.ways,
        "served": survival.served,
        "checked": survival.checked,
        "chosen": survival.chosen,
        "failure": _failure(survival.failure) if survival.failure else None,
        "undecided": undecided,
        "repairs": [repair_json(r) for r in survival.repairs],
        "assumptions": assumptions,
    }


def _failure(failure: Failure) -> Object:
    nodes: list[Json] = list(failure.nodes)
    displaced: list[Json] = [{"pod": p.pod, "workload": p.workload} for p in failure.displaced]
    return {
        "lost": failure.name,
        "nodes": nodes,
        "displaced": displaced,
        "summary": failure.summary,
        "core": [requirement_json(r) for r in failure.core],
        "minimal": failure.minimal,
        "scope": failure.reach.value,
        "certificate": certificate_json(failure.certificate),
    }
