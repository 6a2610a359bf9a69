"""Answers as JSON, after the contract `kspec/place/v1`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import assert_never

from kspec.place.answer import (
    Answer,
    Assigned,
    Change,
    Infeasible,
    Objective,
    Placement,
    Repair,
    Share,
    Subset,
    Unknown,
)
from kspec.place.budget import RATE
from kspec.place.certificate import Certificate, Checked, Exhaustive, Linear, Priced
from kspec.place.problem import Requirement
from kspec.place.relax.rows import Row
from kspec.source.text import Span
from kspec.source.tree import Json, Object

SCHEMA = "kspec/place/v1"


def to_json(answer: Answer, seconds: float | None = None) -> Object:
    """The answer as the contract has it. Without `seconds`, the effort stands in, so that bytes do not vary."""
    out: Object = {
        "schema": SCHEMA,
        "verdict": "unknown",
        "objective": _objective(answer.objective),
        "assignments": [],
        "core": [],
        "repairs": [],
        "certificate": {},
        "notes": list(answer.notes),
    }
    match answer:
        case Placement(assignments=assignments, pools=pools, certificate=certificate):
            out |= {"verdict": "placed", "assignments": _assignments(assignments), "pools": dict(pools)}
            out["certificate"] = certificate_json(certificate)
            if answer.further:
                out["objectives"] = [_objective(o) for o in (answer.objective, *answer.further)]
        case Infeasible(subset=Subset() as subset):
            out |= _infeasible(answer)
            out |= {
                "assignments": _assignments(subset.assignments),
                "left": [{"pod": p.pod, "workload": p.workload} for p in subset.left],
                "priorities": [_share(s) for s in subset.shares],
                "pools": dict(subset.pools),
            }
        case Infeasible():
            out |= _infeasible(answer)
        case Unknown(reason=reason, assignments=assignments, left=left, pools=pools):
            unplaced: list[Json] = [{"pod": p.pod, "workload": p.workload} for p in left]
            out |= {"reason": reason, "assignments": _assignments(assignments), "left": unplaced, "pools": dict(pools)}
        case _:
            assert_never(answer)
    out["seconds"] = round(answer.effort / RATE if seconds is None else seconds, 3)
    return out


def _infeasible(answer: Infeasible) -> Object:
    return {
        "verdict": "infeasible",
        "summary": answer.summary,
        "core": [requirement_json(r) for r in answer.core],
        "minimal": answer.minimal,
        "repairs": [repair_json(r) for r in answer.repairs],
        "certificate": certificate_json(answer.certificate),
    }


def _share(share: Share) -> Object:
    return {
        "priority": share.priority,
        "asked": share.asked,
        "placed": share.placed,
        "optimal": share.optimal,
        "bound": share.bound,
    }


def _objective(objective: Objective) -> Object:
    return {
        "name": objective.name,
        "value": objective.value,
        "optimal": objective.optimal,
        "bound": objective.bound,
    }


def _assignments(assignments: Iterable[Assigned]) -> list[Json]:
    return [{"pod": a.pod, "workload": a.workload, "node": a.node} for a in assignments]


def requirement_json(requirement: Requirement) -> Object:
    """A requirement with its place."""
    return {"id": requirement.id, "message": requirement.message, "span": span_json(requirement.span)}


def span_json(span: Span | None) -> Json:
    """A place in a text."""
    if span is None:
        return None
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def repair_json(repair: Repair) -> Object:
    """A repair with its changes."""
    return {"description": repair.description, "changes": [_change(c) for c in repair.changes]}


def _change(change: Change) -> Object:
    place: Object = {"file": change.file, "line": change.line} if change.file else {}
    return {**place, "object": change.object, "path": change.path, "from": change.before, "to": change.after}


def _rows(rows: Iterable[tuple[int, Row]]) -> list[Json]:
    return [
        {
            "multiplier": multiplier,
            "meaning": row.meaning,
            "terms": [[weight, variable] for weight, variable in row.terms],
            "bound": row.bound,
        }
        for multiplier, row in rows
    ]


def certificate_json(certificate: Certificate) -> Object:
    """A certificate as plain data; see `kspec.place.certificate` for what each kind means."""
    match certificate:
        case Checked():
            optional: list[Json] = list(certificate.optional)
            return {"kind": "checked", "pods": certificate.pods, "nodes": certificate.nodes, "optional": optional}
        case Exhaustive():
            return {"kind": "exhaustive", **asdict(certificate)}
        case Linear(rows=rows, names=names, counted=counted, homeless=homeless):
            counts: Object = {v: {"workload": w, "pods": pods, "nodes": list(nodes)} for v, w, pods, nodes in counted}
            return {
                "kind": "linear",
                "rows": _rows(rows),
                "variables": dict(names),
                "counts": counts,
                "homeless": dict(homeless),
            }
        case Priced(prices=prices, workloads=workloads, margin=margin):
            priced: Object = dict(workloads)
            ceilings: list[Json] = list(prices.ceilings)
            return {
                "kind": "priced",
                "prices": priced,
                "pods": list(prices.pods),
                "ceilings": ceilings,
                "rows": _rows(prices.rows),
                "margin": margin,
            }
        case _:
            assert_never(certificate)
